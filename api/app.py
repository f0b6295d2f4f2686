"""The service: what it is made of, and the addresses it answers."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware

from api import errors
from api.access.answers import Answers
from api.access.auth import Keys
from api.access.beneath import Beneath
from api.access.gate import Gate
from api.release import release
from api.routes import (
    audio,
    docs,
    documents,
    events,
    health,
    lists,
    openai,
    page,
    sessions,
    stream,
    templates,
    websocket,
    whole,
)
from api.routes import runs as runs_routes
from api.running.retention import keep_tidy
from api.running.runs import Runs
from api.running.warming import warm_up
from api.settings import Settings, environment
from api.watching.metrics import MeteredLog, Metrics
from pipeline import engines, prompts, sources
from pipeline.assembly.workshop import Workshop
from pipeline.errors import AloudError, InvalidSetting, StoreError
from pipeline.ground.settings import listed
from pipeline.stores.sessions import Sessions
from pipeline.stores.sqlite import SqliteEventLog

if TYPE_CHECKING:
    from api.watching.traces import Traces

LOCAL = ("localhost", "127.0.0.1", "::1")


def create_app(settings: Settings, env: Mapping[str, str] | None = None) -> FastAPI:
    """The service, its database open. Raises InvalidSetting, or StoreError when somebody else has the database.

    `env`: what the pipeline's rooms read for themselves; by default the environment and `.env`.

    Within another app it is mounted where `settings.root_path` says, and that app's lifespan enters this one's:
    `async with inner.router.lifespan_context(inner): yield`. One process serves: it is made in that, after any fork."""
    env = environment() if env is None else env
    check_named(settings, env)
    workshop = Workshop(
        env=env,
        output_dir=settings.output_dir / "runs",
        max_chars=settings.max_chars,
        templates=settings.templates,
    )
    _check_settings(workshop)
    metrics = Metrics(release())
    traces = _traces(settings.traces)
    log = MeteredLog(SqliteEventLog(settings.database_path, synchronous=settings.synchronous), metrics, traces)
    said = Sessions(settings.database_path, tokens=settings.chat_tokens, synchronous=settings.synchronous)

    process = os.getpid()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        if os.getpid() != process:
            raise StoreError(
                f"The database was opened by process {process}, and this one was forked from it. Make the app in the "
                "one process that serves (gunicorn: -w 1, and no --preload)."
            )
        try:
            with metrics.counting_retries():
                async with workshop, Runs(workshop, log, said, settings, metrics, traces) as runs:
                    app.state.runs = runs
                    async with anyio.create_task_group() as beside:
                        beside.start_soon(warm_up, runs)
                        beside.start_soon(keep_tidy, runs)
                        yield
                        beside.cancel_scope.cancel()
        finally:
            await said.aclose()
            await log.aclose()
            if traces is not None:
                await traces.aclose()

    app = FastAPI(
        title="aloud",
        version=release(),
        description="Speaks text while it is still being written; text in pieces on a socket, /api/v1/stream.",
        lifespan=lifespan,
        openapi_url=None,  # see `docs`, which does it in a thread
        servers=[{"url": settings.root_path}] if settings.root_path else None,
        redirect_slashes=False,  # they name our own address, which callers behind a proxy do not know
    )
    app.state.settings = settings
    app.state.keys = Keys(settings.api_keys, settings.root_path)
    errors.install(app)
    app.router.routes.extend(ROUTES)  # an included router makes each of its routes anew: 0.1 s
    # From the inside out: pages of other origins can read what the gate refuses and what breaks, too.
    app.add_middleware(ServerErrorMiddleware, handler=errors.unexpected)
    app.add_middleware(
        Gate,
        keys=app.state.keys,
        hosts={*LOCAL, settings.host.lower(), *(host.lower() for host in settings.allowed_hosts)},
        origins=settings.cors_origins,
        body=settings.body_limit,
        document=settings.max_document,
        seconds=settings.body_timeout,
    )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["*"],  # such as those that OpenAI's client for JavaScript adds
            allow_private_network=True,  # most of these services are at somebody's own machine
            expose_headers="Content-Range ETag Idempotent-Replayed Location Retry-After X-Request-Id X-Run-Id".split(),
        )
    app.add_middleware(Answers, metrics=metrics, shared=bool(settings.cors_origins))
    if settings.root_path:
        app.add_middleware(Beneath, root=settings.root_path)
    return app


def _heads(router: APIRouter) -> APIRouter:
    """HEAD wherever GET is answered, but for events: what a stream of them says is not to be had without it."""
    heads = APIRouter(include_in_schema=False)
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.endpoint is not events.run_events:
            heads.add_api_route(
                route.path,
                route.endpoint,
                methods=["HEAD"],
                response_model=route.response_model,
                response_class=route.response_class,
                route_class_override=type(route),
            )
    return heads


ROOMS = (
    stream,
    templates,
    sessions,
    runs_routes,
    events,
    audio,
    whole,
    documents,
    lists,
    openai,
    websocket,
    health,
    docs,
    page,
)
ROUTES = [route for room in ROOMS for router in (room.router, _heads(room.router)) for route in router.routes]


def _traces(collector: str) -> Traces | None:
    """Nothing of OpenTelemetry is imported where nobody wants its traces."""
    if not collector:
        return None
    try:
        from api.watching.traces import Traces, collected
    except ImportError as error:
        raise InvalidSetting(
            "ALOUD_TRACES wants OpenTelemetry: pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
        ) from error
    return Traces(collected(collector))


def check_named(settings: Settings, env: Mapping[str, str]) -> None:
    """What settings name is there and can be had: a wrong one is found now, not by the first caller."""
    _check_names(env)
    _check_root(settings.root_path)
    prompts.templates(settings.templates)


def _check_names(env: Mapping[str, str]) -> None:
    """Of engines and sources."""
    for setting, find in (
        ("ALOUD_TTS_PROVIDER", engines.find),
        ("ALOUD_TTS_FALLBACKS", engines.find),
        ("ALOUD_LLM_PROVIDER", sources.find),
        ("ALOUD_LLM_FALLBACKS", sources.find),
    ):
        for name in listed(env, setting):
            if name == "auto" and find is engines.find:
                continue
            try:
                find(name)
            except AloudError as error:
                raise InvalidSetting(f"{setting}: {error.message}") from error


def _check_root(root: str) -> None:
    """An address that a proxy has taken it off must not look as if it were still on."""
    if root and any(f"{route.path}/".startswith(f"{root}/") for route in ROUTES if isinstance(route, APIRoute)):
        raise InvalidSetting(f"ALOUD_ROOT_PATH: addresses of the service's own begin with {root}; take another path.")


def _check_settings(workshop: Workshop) -> None:
    """Of the engines that are to speak, and of the models that are named: the libraries of others are loaded when they
    are asked. What else they lack may yet come; `warm_up` tells it."""
    named = (*listed(workshop.env, "ALOUD_LLM_PROVIDER"), *listed(workshop.env, "ALOUD_LLM_FALLBACKS"))
    for make in (workshop.engine, partial(workshop.source, named or ("text",))):
        try:
            make()
        except InvalidSetting:
            raise
        except AloudError:
            pass
