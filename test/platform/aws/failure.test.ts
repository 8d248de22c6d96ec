// What is said to a person whose call AWS did not carry out.
import { accessError } from '../../../platform/aws/failure';

const failed = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('accessError', () => {
  it('asks for the right where credentials lack it', () => {
    const error = accessError('glue:GetTables', 'kho', failed('AccessDeniedException', 'no'));
    expect(error.text.en).toContain('grant glue:GetTables');
    expect(error.text.vi).toContain('cấp quyền glue:GetTables');
  });

  it('asks for credentials where there are none, and for no right', () => {
    const error = accessError('glue:GetTables', 'kho', failed('CredentialsProviderError', 'Could not load'));
    expect([error.code, error.text.en]).toEqual([
      'E_ACCESS',
      expect.stringMatching(
        /^No AWS credentials were found .*Could not load.*aws configure sso && export AWS_PROFILE=/,
      ),
    ]);
    expect(error.text.vi).toMatch(/^Không tìm thấy khóa truy cập AWS .*aws configure sso/);
    expect(error.text.en + error.text.vi).not.toContain('glue:GetTables');
  });
});
