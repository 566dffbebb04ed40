"""Whether the web server is ready, asked over HTTP as a load balancer would."""

import http.client
import time
from collections.abc import Callable

from portal.embedded.ports import HOST

ASK_EVERY_SECONDS = 0.25
SLOW_SECONDS = 60.0


class Readiness:
    """Called in each round: announces once when /readyz answers 200; if that takes long, says once why."""

    def __init__(self, port: int, announce: Callable[[], None], say: Callable[[str], None]) -> None:
        self._port = port
        self._announce = announce
        self._say = say
        self._began = time.monotonic()
        self._asked = 0.0
        self._announced = False
        self._warned = False

    def __call__(self) -> None:
        now = time.monotonic()
        if self._announced or now - self._asked < ASK_EVERY_SECONDS:
            return
        self._asked = now
        answer = self._ask()
        if answer is None:
            self._announced = True
            self._announce()
        elif not self._warned and now - self._began > SLOW_SECONDS:
            self._warned = True
            self._say(f"Not ready after {SLOW_SECONDS:.0f} s: {answer}. Still waiting; see the lines above.")

    def _ask(self) -> str | None:
        """None if it is ready, else why not."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            text = response.read(500).decode(errors="replace").strip()
        except OSError as error:
            return f"/readyz: {error}"
        except http.client.HTTPException as error:
            return f"/readyz gave no HTTP answer: {error!r}"
        finally:
            connection.close()
        return None if response.status == 200 else f"/readyz answers {response.status}: {text}"
