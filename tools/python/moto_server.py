"""moto's server with the two things AWS promises and moto leaves out:

* a request is one step. moto serves in threads, looks whether a key is taken, and then writes it;
* Glue's UpdateTable with a VersionId that is not the current one is refused. moto takes no notice of VersionId.

The refusal has the name and the text of the real service. Everything else is moto as it is.

    python moto_server.py -p PORT
"""
import threading

from moto import server
from moto.core.exceptions import JsonRESTError
from moto.glue.responses import GlueResponse

one_at_a_time = threading.Lock()
moto_update_table = GlueResponse.update_table


def update_table(self):
    expected = self.parameters.get("VersionId")
    if expected is not None:
        name = self.parameters["TableInput"]["Name"]
        table = self.glue_backend.get_table(self.parameters["DatabaseName"], name)
        if table.as_dict()["VersionId"] != expected:
            raise JsonRESTError(
                "ConcurrentModificationException", "Update table failed due to concurrent modifications."
            )
    return moto_update_table(self)


class OneStepApplication(server.DomainDispatcherApplication):
    def __call__(self, environ, start_response):
        with one_at_a_time:
            return list(super().__call__(environ, start_response))


GlueResponse.update_table = update_table
server.DomainDispatcherApplication = OneStepApplication

if __name__ == "__main__":
    server.main()
