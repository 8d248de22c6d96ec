// Where each of the five users goes once a lake stands: outputs of the deployment, and what the deploy command prints.
import type { Bilingual } from '../lake/errors';
import type { Names } from './names';

export interface Door {
  /** Id of the CloudFormation output. */
  readonly id: string;
  readonly who: Bilingual;
  readonly where: string;
}

export function doors({ place, bucket, workgroup, warehouseDatabase, dashboard }: Names): readonly Door[] {
  const console = (service: string, rest: string) =>
    `https://${place.region}.console.aws.amazon.com/${service}/home?region=${place.region}#${rest}`;
  return [
    {
      id: 'DoorEngineer',
      who: { vi: 'Kỹ sư nền tảng', en: 'platform engineer' },
      where: console('cloudwatch', `dashboards/dashboard/${dashboard}`),
    },
    {
      id: 'DoorDepartment',
      who: { vi: 'Cán bộ dữ liệu của sở, xã', en: 'department data officer' },
      where: `s3://${bucket('ingest')}/<agency>/<dataset>/<period>/ → s3://${bucket('receipts')}/<agency>/<dataset>/<period>/`,
    },
    {
      id: 'DoorAnalyst',
      who: { vi: 'Chuyên viên phân tích', en: 'analyst' },
      where: `${console('athena', 'query-editor')} (workgroup ${workgroup('analyst')}, database ${warehouseDatabase})`,
    },
    {
      id: 'DoorLeader',
      who: { vi: 'Lãnh đạo', en: 'leader' },
      where: `s3://${bucket('reports')}/lanh_dao/<period>/index.html`,
    },
    {
      id: 'DoorCitizen',
      who: { vi: 'Người dân, doanh nghiệp, cơ quan khác', en: 'citizen, enterprise, another agency' },
      where: `s3://${bucket('open')}/`,
    },
  ];
}
