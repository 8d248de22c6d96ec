// Wrong flags and commands, said in both languages with the nearest right one.
import type { Command, CommanderError } from 'commander';
import { InputError } from '../lake/errors';
import { nearest } from '../lake/text';

export function usageError(error: CommanderError, program: Command): InputError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const commands = program.commands.map((command) => command.name());
  switch (error.code) {
    case 'commander.unknownCommand': {
      const near = nearest(quoted, commands);
      return new InputError('E_COMMAND', {
        vi: `Không có lệnh “${quoted}”.${near ? ` Có phải “${near}”?` : ''} Các lệnh: ${commands.join(', ')}. Xem: tamgiang --help`,
        en: `There is no command “${quoted}”.${near ? ` Did you mean “${near}”?` : ''} Commands: ${commands.join(', ')}. See: tamgiang --help`,
      });
    }
    case 'commander.unknownOption': {
      const flags = [program, ...program.commands]
        .flatMap((command) => command.options.map((option) => option.long ?? ''))
        .filter((flag) => flag !== '');
      const near = nearest(quoted, [...new Set(flags)]);
      return new InputError('E_FLAG', {
        vi: `Không có cờ “${quoted}”.${near ? ` Có phải “${near}”?` : ''} Xem: tamgiang LỆNH --help`,
        en: `There is no flag “${quoted}”.${near ? ` Did you mean “${near}”?` : ''} See: tamgiang COMMAND --help`,
      });
    }
    case 'commander.missingArgument':
      return new InputError('E_ARGUMENT', {
        vi: `Thiếu “${quoted}” sau lệnh. Xem: tamgiang LỆNH --help`,
        en: `“${quoted}” is missing after the command. See: tamgiang COMMAND --help`,
      });
    case 'commander.optionMissingArgument':
      return new InputError('E_FLAG', {
        vi: `Cờ “${quoted}” cần một giá trị. Xem: tamgiang LỆNH --help`,
        en: `The flag “${quoted}” needs a value. See: tamgiang COMMAND --help`,
      });
    case 'commander.missingMandatoryOptionValue':
      return new InputError('E_FLAG', {
        vi: `Thiếu cờ bắt buộc “${quoted}”. Xem: tamgiang LỆNH --help`,
        en: `The required flag “${quoted}” is missing. See: tamgiang COMMAND --help`,
      });
    case 'commander.excessArguments':
      return new InputError('E_ARGUMENT', {
        vi: 'Thừa tham số sau lệnh; câu có dấu cách phải đặt trong dấu ngoặc kép. Xem: tamgiang LỆNH --help',
        en: 'There are too many words after the command; put text with spaces in quotes. See: tamgiang COMMAND --help',
      });
    default: {
      const text = error.message.replace(/^error: /, '');
      return new InputError('E_USAGE', {
        vi: `Lệnh viết chưa đúng: ${text} Xem: tamgiang --help`,
        en: `The command is not right: ${text} See: tamgiang --help`,
      });
    }
  }
}
