// What SES is asked, and what its refusals become.
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { sesMailer } from '../../platform/aws/ses-mailer';
import { played } from '../platform/aws/played';

const MAIL = { subject: 'Số liệu', html: '<p>Số liệu</p>', text: 'Số liệu\n' };

function play(failure?: { readonly name: string; readonly status: number }) {
  const asked: unknown[] = [];
  const client = played(new SESv2Client({ region: 'ap-southeast-1' }), (command, input) => {
    if (command !== 'SendEmailCommand') throw new Error(`not played: ${command}`);
    asked.push(input);
    if (failure)
      throw Object.assign(new Error('Email address is not verified: lanh-dao@mau.example.vn'), {
        name: failure.name,
        $metadata: { httpStatusCode: failure.status },
      });
    return { MessageId: 'm1', $metadata: {} };
  });
  return { asked, mailer: sesMailer(client, { sender: 'ho@mau.example.vn', configurationSet: 'tg-mau-dev' }) };
}

describe('sesMailer', () => {
  it('sends page and text in UTF-8 from the sender, through the configuration set', async () => {
    const { asked, mailer } = play();
    await mailer(['a@mau.example.vn', 'b@mau.example.vn'], MAIL);
    expect(asked).toEqual([
      {
        FromEmailAddress: 'ho@mau.example.vn',
        ConfigurationSetName: 'tg-mau-dev',
        Destination: { ToAddresses: ['a@mau.example.vn', 'b@mau.example.vn'] },
        Content: {
          Simple: {
            Subject: { Data: MAIL.subject, Charset: 'UTF-8' },
            Body: { Html: { Data: MAIL.html, Charset: 'UTF-8' }, Text: { Data: MAIL.text, Charset: 'UTF-8' } },
          },
        },
      },
    ]);
  });

  it('tells the kind of a refusal and no address', async () => {
    const refused = play({ name: 'MessageRejected', status: 400 }).mailer(['lanh-dao@mau.example.vn'], MAIL);
    await expect(refused).rejects.toMatchObject({ code: 'F_MAIL', message: 'SES: tg-mau-dev: MessageRejected' });
    const denied = play({ name: 'AccessDeniedException', status: 403 }).mailer(['lanh-dao@mau.example.vn'], MAIL);
    await expect(denied).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});
