import io.trino.server.Server;

/** The server's own main class is not published with this release; this is all it does. */
public final class Start {
    public static void main(String[] arguments) {
        new Server().start(arguments[0]);
    }
}
