// Who may see what, and how it is known afterwards: roles, Lake Formation, the trail, the detectors. Deployed after commit has
// registered every table, because Lake Formation takes rights on columns that Glue has.
import type { Construct } from 'constructs';
import { evidence } from '../constructs/evidence';
import { LakeFormation } from '../constructs/lake-formation';
import { LakeStack } from '../constructs/lake-stack';
import { personaRoles } from '../constructs/persona-roles';
import type { LakeContext } from '../lake-context';

export class GovernanceStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'governance', lake);
    new LakeFormation(this, personaRoles(this));
    evidence(this);
  }
}
