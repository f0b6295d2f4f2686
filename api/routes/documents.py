"""Documents to be spoken: brought once, spoken as often as one likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, File, Path, Response, UploadFile
from pydantic import BaseModel

from api.forms.described import by_name
from api.routes.common import Owner, RunsHere, begins_no_run, refusals
from api.running.documents import Kept

router = APIRouter(tags=["documents"], prefix="/api/v1/documents", generate_unique_id_function=by_name)

_BLOCK = 1 << 16

DocumentId = Annotated[str, Path(max_length=200)]


class DocumentShown(BaseModel):
    id: str
    title: str
    chapters: list[str]
    """Titles."""
    chars: int
    unread: list[str]
    """Pages that are missing or damaged, each with the reason; the rest is spoken."""

    @classmethod
    def of(cls, kept: Kept) -> DocumentShown:
        return cls(id=kept.id, title=kept.title, chapters=kept.chapters, chars=len(kept.text), unread=kept.unread)


@router.post(
    "",
    status_code=201,
    response_model=DocumentShown,
    responses=refusals(408, 413, 422, 500, 503),
    dependencies=[Depends(begins_no_run)],
)
async def bring_document(
    file: Annotated[
        UploadFile, File(description="Text, Markdown, HTML, EPUB, DOCX, ODT, FB2 or PDF, as its name ends.")
    ],
    runs: RunsHere,
    owner: Owner,
) -> DocumentShown:
    """Give its `id` as `document` in a request for speech."""
    runs.welcome()
    return DocumentShown.of(await runs.documents.add(owner, file.filename or "", _pieces(file)))


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_BLOCK):
        yield piece


@router.get("/{document}", response_model=DocumentShown, responses=refusals(404, 410, 422, 503))
async def show_document(document: DocumentId, runs: RunsHere, owner: Owner) -> DocumentShown:
    """What a document holds."""
    return DocumentShown.of(await runs.documents.get(document, owner))


@router.delete("/{document}", status_code=204, responses=refusals(404, 410, 422, 503))
async def erase_document(document: DocumentId, runs: RunsHere, owner: Owner) -> Response:
    """The runs that have begun to speak it go on."""
    await runs.documents.erase(document, owner)
    return Response(status_code=204)
