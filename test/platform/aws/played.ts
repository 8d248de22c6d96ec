// A client of the SDK whose calls are answered here instead of being sent. What `answer` does not know it must throw at.

// One warning a test file about tomorrow's Node says nothing about our code.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** The part of a client's middleware that stands before everything else. */
interface Stack<Input, Output> {
  add(
    middleware: (
      next: unknown,
      context: { commandName?: string },
    ) => (call: { input: Input }) => Promise<{ output: Output; response: unknown }>,
    options: { step: 'initialize'; priority: 'high' },
  ): void;
}

/** The same client; `answer` gets the name of the command, as `PutObjectCommand`, and its input as it would be sent. */
export function played<Input, Output, Client extends { readonly middlewareStack: Stack<Input, Output> }>(
  client: Client & { readonly middlewareStack: Stack<Input, Output> },
  answer: (command: string, input: Input) => Output,
): Client {
  client.middlewareStack.add(
    (_next, { commandName = '' }) =>
      async ({ input }) => ({ output: answer(commandName, input), response: undefined }),
    { step: 'initialize', priority: 'high' },
  );
  return client;
}
