// Progress on stderr: a bar that rewrites itself on a terminal, plain lines in a pipe.

export interface Progress {
  step(label: string, done: number): void;
  end(): void;
}

const BAR = 24;

export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) {
    return {
      step: (label, done) => {
        stream.write(`[${done}/${total}] ${label}\n`);
      },
      end: () => {},
    };
  }
  return {
    step(label, done) {
      const filled = total > 0 ? Math.round((done / total) * BAR) : BAR;
      const text = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${done}/${total} ${label}`;
      stream.write(`\r\u001b[2K${[...text].slice(0, (stream.columns ?? 80) - 1).join('')}`);
    },
    end() {
      stream.write('\r\u001b[2K');
    },
  };
}
