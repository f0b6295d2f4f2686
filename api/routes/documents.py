"""Documents to be spoken: brought once, spoken as often as one likes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, Query, Request, Response, UploadFile
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from api.forms.described import by_name
from api.routes.common import Before, BeforeId, Owner, RunsHere, begins_no_run, refusals
from api.running.documents import Kept, Listed

_BLOCK = 1 << 16
_FIELDS, _FIELD = 20, 10_000
"""What a form may hold beside its file, and bytes of each: unlike a file, they are held in memory."""


class _FormRequest(Request):
    def form(self, **_: Any) -> Any:
        return super().form(max_files=1, max_fields=_FIELDS, max_part_size=_FIELD)


class _BoundedRoute(APIRoute):
    """Nothing of a document is read for who has brought enough of them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        usual = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return usual

        async def answer(request: Request) -> Response:
            state = request.app.state
            with state.runs.allowance.bringing(state.keys.owner(request.headers.get("authorization"))):
                return await usual(_FormRequest(request.scope, request.receive))

        return answer


router = APIRouter(
    tags=["documents"],
    prefix="/api/v1/documents",
    route_class=_BoundedRoute,
    generate_unique_id_function=by_name,
)

DocumentId = Annotated[str, Path(max_length=200)]


class DocumentListed(BaseModel):
    id: str
    title: str = Field(description="As the document says it, else the name of its file.")
    created: float = Field(description="Seconds since the epoch.")
    chars: int = Field(description="Characters.")


class ChapterShown(BaseModel):
    number: int = Field(description='By which it is chosen, as in `"chapters": "3-5"`.')
    title: str
    chars: int = Field(description="Characters.")


class DocumentShown(DocumentListed):
    chapters: list[ChapterShown]
    unread: list[str] = Field(
        description="Pages that are missing or damaged, each with the reason; the rest is spoken."
    )

    @classmethod
    def of(cls, kept: Kept) -> DocumentShown:
        parts = enumerate(zip(kept.chapters, kept.sizes, strict=True), 1)
        chapters = [ChapterShown(number=number, title=title, chars=chars) for number, (title, chars) in parts]
        return cls(**_about(kept), chapters=chapters, unread=kept.unread)


class DocumentList(BaseModel):
    documents: list[DocumentListed]


def _about(one: Listed) -> dict[str, Any]:
    return {name: getattr(one, name) for name in DocumentListed.model_fields}


@router.post(
    "",
    status_code=201,
    response_model=DocumentShown,
    responses=refusals(408, 413, 422, 429, 500, 503),
    dependencies=[Depends(begins_no_run)],
)
async def bring_document(
    file: Annotated[
        UploadFile,
        File(
            description="Text, Markdown, HTML, EPUB, DOCX, ODT, FB2 or PDF, as its name ends.",
            json_schema_extra={"format": "binary"},  # else many generated clients send it as a text without a name
        ),
    ],
    runs: RunsHere,
    owner: Owner,
) -> DocumentShown:
    """Give its `id` as `document` in a request for speech, and for some of it `chapters`, by their numbers."""
    runs.welcome()
    return DocumentShown.of(await runs.documents.add(owner, file.filename or "", _pieces(file)))


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_BLOCK):
        yield piece
    await file.close()  # what it took on its way is free before it is read, for which it may have to wait


@router.get("", response_model=DocumentList, responses=refusals(422, 503))
async def list_documents(
    runs: RunsHere,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Before = None,
    before_id: BeforeId = "",
) -> object:
    """The newest first."""
    found = await runs.documents.listed(owner, before, before_id, limit)
    return {"documents": [_about(one) for one in found]}


@router.get("/{document}", response_model=DocumentShown, responses=refusals(404, 410, 422, 503))
async def show_document(document: DocumentId, runs: RunsHere, owner: Owner) -> DocumentShown:
    """What a document holds."""
    return DocumentShown.of(await runs.documents.get(document, owner))


@router.delete("/{document}", status_code=204, responses=refusals(404, 410, 422, 503))
async def erase_document(document: DocumentId, runs: RunsHere, owner: Owner) -> Response:
    """The runs that have begun to speak it go on."""
    await runs.documents.erase(document, owner)
    return Response(status_code=204)
