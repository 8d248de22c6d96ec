// verify: holds the whole lake against its promises; with --repair, mends what can be mended.
import type { Command } from 'commander';
import { FaultError, InputError } from '../../lake/errors';
import { openHome } from '../../platform/local/home';
import { loadModels } from '../../platform/local/models';
import { type Repaired, repairLake } from '../../platform/local/repair';
import { verifyLake } from '../../platform/local/verify';
import { verifyDeep } from '../../platform/local/verify-deep';
import type { VerifyCheck } from '../../platform/verify/check';
import { type Context, type LocalLake, readableLake, tell, writableLake } from '../context';
import { withLake } from '../lake';
import type { Action } from '../main';
import { refreshLake } from '../refresh';

export function register(program: Command, action: Action): void {
  program
    .command('verify')
    .description('kiểm tra toàn bộ hồ: tệp, tổng số dòng, nguồn gốc · check files, sums and lineage of the whole lake')
    .option(
      '--repair',
      'mend what is safe: hint files, lost or damaged data files and receipts (from raw), unfinished work, stale offers',
    )
    .option(
      '--deep',
      'judge every raw file again and compare row by row: finds a figure changed inside a data file; takes as long as a rebuild',
    )
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang verify --json
  tamgiang verify --deep
  tamgiang verify --repair
  tamgiang verify --aws hue

--repair không xóa gì mà không làm lại được; chỗ nào không tự sửa được thì được nêu tên.
--repair deletes nothing that cannot be made again; what it cannot mend is named.

Thoát 0 khi mọi kiểm tra đúng, 1 khi có sai lệch · exit 0 when all hold, 1 when any fails`,
    )
    .action(
      action(async (context, options: { repair?: true; deep?: true }) => {
        if (context.aws !== undefined) return verifyOnAws(context, options);
        const marts = loadModels(context.root).flatMap((model) => (model.kind === 'staging' ? [] : [model.name]));
        const deep = async () => (options.deep ? verifyDeep(await writableLake(context), counting(context)) : []);
        if (!options.repair)
          return report(context, [...(await verifyLake(readableLake(context), { marts })), ...(await deep())]);
        openHome(context.home);
        const lake = await writableLake(context);
        const onStep = (what: string) => process.stderr.write(`… ${what}\n`);
        const repaired = await repairLake(lake, await verifyLake(lake, { marts }), { onStep });
        await refreshMarts(context, lake, repaired);
        if (!context.json) sayRepaired(context, repaired);
        return report(context, [...(await verifyLake(lake, { marts })), ...(await deep())], repaired);
      }),
    );
}

/** @throws InputError E_FLAG */
async function verifyOnAws(context: Context, { repair, deep }: { repair?: true; deep?: true }): Promise<number> {
  const flag = repair ? '--repair' : deep ? '--deep' : undefined;
  if (flag !== undefined)
    throw new InputError('E_FLAG', {
      vi: `${flag} chỉ dùng với hồ trong thư mục. Trên AWS hàm đối soát tự nhận lại bài gửi; “verify --aws” nói lệnh cần chạy.`,
      en: `${flag} works on a lake in a folder only. On AWS the function reconcile takes submissions in again by itself; “verify --aws” says what to run.`,
    });
  const onStep = (what: string) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K… ${what}` : `… ${what}\n`);
  const checks = await withLake(context, 'read', async (lake) => {
    if (!lake.aws) throw new FaultError('F_PLACE', 'A lake on AWS was asked for, and a folder opened.');
    return (await import('../verify-aws')).verifyAws(lake, onStep);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  return report(context, checks);
}

/** On a terminal: how far judging again has come. */
function counting({ lang }: Context): (label: string, done: number, of: number) => void {
  const words = lang === 'vi' ? 'Xét lại tệp gốc' : 'Judging raw files again';
  return (label, done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${done < of ? `${words} ${done}/${of}: ${label}` : ''}`);
  };
}

async function refreshMarts(context: Context, lake: LocalLake, { marts, done }: Repaired): Promise<void> {
  const present = await lake.ports.catalog.list();
  const models = loadModels(context.root).filter((model) => model.kind !== 'staging');
  // Rows came back or left: what was computed from them is computed anew, where anything ever was.
  if (marts.length > 0 || (done.length > 0 && models.some((model) => present.includes(model.name))))
    await refreshLake(context, lake);
}

function sayRepaired(context: Context, { done, failed, marts }: Repaired): void {
  for (const text of done) context.say(`+ ${text[context.lang]}`);
  for (const mart of marts)
    tell(context, { vi: `+ Tính lại bảng chuyên đề ${mart}.`, en: `+ Computed the mart ${mart} anew.` });
  for (const text of failed) context.say(`! ${text[context.lang]}`);
  if (done.length + marts.length + failed.length === 0)
    tell(context, { vi: 'Không có gì phải sửa.', en: 'There was nothing to repair.' });
}

function report(context: Context, checks: readonly VerifyCheck[], repaired?: Repaired): number {
  const ok = checks.every((one) => one.ok);
  const { lang } = context;
  if (context.json) {
    context.document({
      ok,
      checks: checks.map(({ name, ok: holds, detail }) => ({ name, ok: holds, detail: detail[lang] })),
      ...(repaired
        ? {
            repaired: repaired.done.map((text) => text[lang]),
            failed: repaired.failed.map((text) => text[lang]),
            refreshed: repaired.marts,
          }
        : {}),
    });
    return ok ? 0 : 1;
  }
  for (const one of checks) context.say(`${one.ok ? '✓' : '✗'} ${one.name}: ${one.detail[lang]}`);
  const wrong = checks.filter((one) => !one.ok).length;
  tell(
    context,
    ok
      ? { vi: `Mọi kiểm tra đều đúng (${checks.length}).`, en: `All ${checks.length} checks hold.` }
      : { vi: `${wrong} trên ${checks.length} kiểm tra không đúng.`, en: `${wrong} of ${checks.length} checks fail.` },
  );
  return ok ? 0 : 1;
}
