# The service in a container: built in one stage, run in another as nobody in particular, its root read-only if you like.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/aloud
COPY requirements.lock ./
RUN /opt/aloud/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY api api
RUN /opt/aloud/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
COPY --from=build /opt/aloud /opt/aloud
RUN useradd --uid 10001 --no-create-home aloud && install --directory --owner=aloud /data
ENV PATH=/opt/aloud/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ALOUD_HOST=0.0.0.0 \
    ALOUD_OUTPUT_DIR=/data
USER aloud
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD python -c "from urllib.request import ProxyHandler, build_opener; \
        build_opener(ProxyHandler({})).open('http://127.0.0.1:${ALOUD_PORT:-8000}/livez', timeout=2)"
STOPSIGNAL SIGTERM
ENTRYPOINT ["aloud"]
CMD ["serve"]
