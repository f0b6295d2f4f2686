"""Models are asked with templates, scripts are performed."""

from tests.api.page.test_files_in_and_out import choose
from tests.api.page.test_reading import finished, run_of
from tests.fakes.models import Turn, fake

SCRIPT = """
name: two hosts
cast:
  ANNA: {voice: en-us}
  BEN: {voice: en-gb}
steps:
  - {id: one, type: speak, config: {voice: ANNA}, inputs: {text: Welcome to the show.}}
  - {id: two, type: speak, config: {voice: BEN}, inputs: {text: It is good to be here.}}
"""


async def offered(page, url):
    await page.goto(url)
    await page.js("document.querySelectorAll('[name=kind]')[1].click()")
    await page.until("document.querySelector('#template').options.length > 2")
    await page.until("document.querySelector('#provider').options.length")
    await page.js("document.querySelector('#provider').value = 'replay'")


async def choose_template(page, name):
    await page.js(f"document.querySelector('#template').value = {name!r}")
    await page.js("document.querySelector('#template').dispatchEvent(new Event('change', {bubbles: true}))")


async def test_a_template_shows_a_field_of_its_kind_for_each_of_its_variables(page, house):
    await offered(page, house)
    await choose_template(page, "lyrics")
    kinds = await page.js("[...document.querySelectorAll('#fields [data-name]')].map((e) => [e.dataset.name, e.type])")
    assert dict(kinds) == {
        "genre": "text",
        "mood": "text",
        "language": "text",
        "verses": "number",
        "chorus": "checkbox",
        "rhymes": "select-one",
        "words": "textarea",
    }
    await page.write("#words", "the sea in winter")
    await page.js("document.querySelector('#field-verses').value = 13")
    await page.click("#speak")
    assert await page.js("document.querySelector('#field-verses').matches(':invalid')")
    assert await page.js("location.search") == ""
    await page.js("document.querySelector('#field-verses').value = 3")
    await page.js("document.querySelector('#field-words').value = 'salt\\ngulls'")
    await page.click("#speak")
    await page.until("probe.tape.length && document.querySelector('#text').textContent.includes('in winter')")
    await page.until("document.title === 'Lyrics: the sea in winter – aloud'")
    said = "".join(event["content"] for event in await stopped(page, house) if event["type"] == "chunk")
    assert "the sea in winter" in said, "the model was asked what the template says"
    assert not page.wrong


async def stopped(page, url):
    await page.press("Escape")
    await page.until("document.querySelector('#sums').textContent.includes('in all')")
    return await run_of(page, url)


async def test_only_templates_whose_answer_is_text_are_offered(page, house):
    await offered(page, house)
    names = await page.js("[...document.querySelector('#template').options].map((e) => e.value)")
    assert {"", "lyrics", "narration", "summary"} <= set(names) and "song_plan" not in names


HELD = """
ways = [], asked = 0, was = fetch;
fetch = async (url, how) => {
  const held = `${url}`.endsWith("/providers") && new Promise((go) => { asked = ways.push(go); });
  if (await held) throw new TypeError("cut");
  return was(url, how);
};
"""
"""Whether the list of models comes, or the line to it is cut, is for the test to say: `ways[0](cut)`."""


async def test_templates_do_not_wait_for_models_and_neither_comes_twice(page, house):
    await page.before(HELD)
    await page.goto(house)
    click = "document.querySelectorAll('[name=kind]')[1].click()"
    models, templates = (f"document.querySelector('#{name}').options.length" for name in ("provider", "template"))
    await page.js(click)
    await page.until(f"{templates} > 2")
    there = await page.js(templates)
    assert await page.js(models) == 0
    await page.js("ways[0](true)")
    await page.until("document.querySelector('#words-error').textContent.includes('cannot be reached')")
    await page.js("document.querySelectorAll('[name=kind]')[0].click()")
    await page.js(click)
    await page.until("asked === 2")
    await page.js("ways[1](false)")
    await page.until(models)
    assert await page.js(templates) == there


async def test_the_model_of_an_earlier_visit_is_asked_before_the_list_of_them_is_there(page, chosen, house):
    await page.before(HELD)
    await chosen(provider="replay")
    await page.goto(house)
    await page.js("document.querySelectorAll('[name=kind]')[1].click()")
    await page.write("#words", "Who answers this?")
    await page.click("#speak")
    await page.until("document.querySelector('#text').textContent === 'Who answers this?'")
    assert await page.js("document.querySelector('#provider').options.length") == 0
    assert not page.wrong


async def test_a_document_is_told_by_a_narrator(page, house, tmp_path):
    (tmp_path / "tides.html").write_text("<title>Tides</title><p>The moon makes them.</p>")
    await offered(page, house)
    await choose_template(page, "narration")
    await choose(page, tmp_path / "tides.html")
    await page.until("document.querySelector('#document-about').textContent.includes('characters')")
    await page.click("#speak")
    await page.until("document.querySelector('#text').textContent.includes('The moon makes them.')")
    await page.until("document.title === 'Tides – aloud'")
    assert not page.wrong


async def test_a_script_is_performed_in_its_voices(page, house, tmp_path):
    script = SCRIPT.replace("Welcome to the show.", "Welcome.").replace("It is good to be here.", "Thank you.")
    (tmp_path / "show.yaml").write_text(script)
    await page.goto(house)
    await choose(page, tmp_path / "show.yaml")
    await page.until("document.querySelector('#speak').textContent === 'Perform'")
    assert await page.js("document.querySelector('#words').value") == script
    await page.click("#speak")
    await finished(page)
    assert "Welcome." in await page.js("document.querySelector('#text').textContent")
    spoken = await page.js(
        "[...document.querySelectorAll('[data-who]')].map((e) => [e.dataset.who, e.textContent.trim()])"
    )
    assert spoken == [["en-us", "Welcome."], ["en-gb", "Thank you."]]
    heard = await page.js("probe.compare()")
    assert (heard["wrong"], heard["missing"]) == (0, 0)
    await page.until("document.title === 'two hosts – aloud'")
    await page.js("document.querySelector('#new').click()")
    await page.js("document.querySelector('[data-opens=history]').click()")
    await page.until("document.querySelector('#runs a')?.textContent === 'two hosts'")


async def test_what_is_wrong_with_a_script_is_said(page, house):
    await page.goto(house)
    await page.js("document.querySelectorAll('[name=kind]')[2].click()")
    await page.write("#words", "steps:\n  - {id: one, type: dance}\n")
    await page.click("#speak")
    await page.until("document.querySelector('#words-error').textContent.includes('line 2')")


async def test_an_answer_that_was_stopped_at_its_length_is_told_to_be(page, served):
    async with fake("ollama", Turn(reason="length")) as model:
        await page.goto(await served({"OLLAMA_HOST": model.url}))
        await page.js("document.querySelectorAll('[name=kind]')[1].click()")
        await page.until("document.querySelector('#provider').options.length")
        await page.js("document.querySelector('#provider').value = 'ollama'")
        await page.write("#words", "Tell me something.")
        await page.click("#speak")
        await page.until("document.querySelector('#notes').textContent.includes('had more to say')")
    assert not page.wrong
