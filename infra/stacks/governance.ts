// Who may see what, and how it is known afterwards: roles, Lake Formation, the trail, the detectors. Deployed after commit has
// registered every table, because Lake Formation takes rights on columns that Glue has. So are Glue's optimizers, which work on
// tables that have metadata and with rights on the place of the files.
import type { Construct } from 'constructs';
import { namesNobody } from '../../lake/contract/contract';
import { evidence } from '../constructs/evidence';
import { LakeFormation } from '../constructs/lake-formation';
import { LakeStack } from '../constructs/lake-stack';
import { compaction, compactsByGlue } from '../constructs/optimizers';
import { personaRoles } from '../constructs/persona-roles';
import type { LakeContext } from '../lake-context';

export class GovernanceStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'governance', lake);
    const rights = new LakeFormation(this, personaRoles(this));
    for (const contract of compactsByGlue(this) ? lake.contracts.filter(namesNobody) : [])
      compaction(this, contract.dataset).node.addDependency(rights);
    evidence(this);
  }
}
