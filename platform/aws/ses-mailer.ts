// Mail through SES, one to all recipients. Needs ses:SendEmail on the sender's identity and the configuration set.
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { FaultError } from '../../lake/errors';
import type { Mail } from '../../lake/report/mail';
import { accessError, failureOf, isDenied } from './failure';

export type Mailer = (to: readonly string[], mail: Mail) => Promise<void>;

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** @throws InputError E_ACCESS; FaultError F_MAIL */
export function sesMailer(
  client: SESv2Client,
  { sender, configurationSet }: { readonly sender: string; readonly configurationSet: string },
): Mailer {
  return async (to, { subject, html, text }) => {
    const command = new SendEmailCommand({
      FromEmailAddress: sender,
      ConfigurationSetName: configurationSet,
      // Recipients are colleagues of one office; each sees who else has the page.
      Destination: { ToAddresses: [...to] },
      Content: { Simple: { Subject: utf8(subject), Body: { Html: utf8(html), Text: utf8(text) } } },
    });
    try {
      await client.send(command);
    } catch (error) {
      const failure = failureOf(error);
      if (isDenied(failure)) throw accessError('ses:SendEmail', configurationSet, error);
      // SES repeats addresses in its words: only the kind is told.
      throw new FaultError('F_MAIL', `SES: ${configurationSet}: ${failure.name}`);
    }
  };
}
