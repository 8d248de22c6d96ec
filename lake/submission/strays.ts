// Uploads that lie where no contract looks: in the root, under an agency or a dataset nobody knows. Folders are asked for one
// level at a time, so that what contracts do look at is not listed for it.
import type { StoredUpload, Uploads } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { parallel } from '../parallel';

const AT_ONCE = 16;

/** @param contracts by `agency/dataset` */
export async function strayUploads(
  uploads: Uploads,
  contracts: ReadonlyMap<string, Contract>,
): Promise<readonly StoredUpload[]> {
  const names = [...contracts.keys()];
  const below = async (prefix: string): Promise<readonly StoredUpload[]> => {
    const level = await uploads.look(prefix);
    const inFolders = await parallel(AT_ONCE, level.folders, (folder) => {
      if (contracts.has(folder.slice(0, -1))) return Promise.resolve([]);
      return names.some((name) => name.startsWith(folder)) ? below(folder) : uploads.list(folder);
    });
    return [...level.uploads, ...inFolders.flat()];
  };
  return below('');
}
