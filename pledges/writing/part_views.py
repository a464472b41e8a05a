"""Change the parts of a draft, each on a page of its own.

So two people can write at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import posted
from pledge_portal.pages.markdown import markdown_to_html
from pledge_portal.pages.refusals import Refused
from pledges.models import Commitment, Municipality, Pledge, PledgeVersion, PoliceArea, Signatory
from pledges.presentation.target_preview import TargetPreview
from pledges.writing import background, editing, parts
from pledges.writing.completeness import Marks, marks_of
from pledges.writing.draft_presentation import (
    names_of_municipalities,
    public_sentences,
    time_of,
)
from pledges.writing.forms import (
    CommitmentForm,
    FocusAreaForm,
    PartForm,
    SectionForm,
    SignatoryForm,
    signs_for,
)
from pledges.writing.front_forms import FrontForm
from pledges.writing.open_text_views import on_open_text
from pledges.writing.parts import Contents, Part, PartKind, Values
from pledges.writing.presentation import clash_views, kind_in_words, labels_of, part_in_words
from pledges.writing.remark_forms import is_typed, take_remark, typed_remark
from pledges.writing.views import pdf_answer

_FORMS: dict[PartKind, type[PartForm]] = {
    PartKind.FRONT: FrontForm,
    PartKind.SECTION: SectionForm,
    PartKind.FOCUS_AREA: FocusAreaForm,
    PartKind.COMMITMENT: CommitmentForm,
    PartKind.SIGNATORY: SignatoryForm,
}


def named_part(name: str) -> Part:
    """Return the part of a name in an address; raises Http404."""
    try:
        return parts.part_named(name)
    except ValueError as error:
        raise Http404 from error


def part_form(kind: PartKind, row: Pledge, contents: Contents, **options: Any) -> PartForm:
    """Return the form of a kind of part, with what there is to choose from."""
    offers: dict[str, Any] = {}
    if kind == PartKind.FRONT:
        # A municipality that left the police area stays a party until somebody takes it away.
        front = contents["front"]
        codes = [*front["municipalities"], *front["holds_in"]]
        areas = PoliceArea.objects.filter(
            Q(municipalities__code__in=codes) | Q(name__in=front["further_police_areas"])
        ).exclude(pk=row.police_area_id)
        offers["police_areas"] = sorted(set(areas.values_list("name", flat=True)))
        covered = Municipality.objects.filter(
            Q(police_areas=row.police_area)
            | Q(police_areas__name__in=front["further_police_areas"])
        ).values_list("code", "official_name")
        names = {**dict(_names(codes)), **dict(covered)}
        offers["municipalities"] = sorted(names.items(), key=lambda pair: pair[1])
    if kind == PartKind.COMMITMENT:
        offers["time"] = time_of(contents)
        offers["areas"] = [(area["id"], area["name_sv"]) for area in contents["focus_areas"]]
        offers["municipalities"] = _names(contents["front"]["municipalities"])
        if row.revises_id is not None:
            offers["origins"] = Commitment.objects.filter(pledge=row.revises_id)
    if kind == PartKind.SIGNATORY:
        codes = contents["front"]["municipalities"]
        police = _("Polisen, %(area)s") % {"area": row.police_area.name}
        police_party = Signatory.Party.POLICE.value
        offers["parties"] = [
            *_names(codes),
            *_parts(contents),
            (police_party, police),
            *(
                (f"{police_party}:{name}", _("Polisen, %(area)s") % {"area": name})
                for name in contents["front"]["further_police_areas"]
            ),
            (Signatory.Party.THIRD_PARTY.value, Signatory.Party.THIRD_PARTY.label),
        ]
    return _FORMS[kind](**options, **offers)


def _names(codes: list[str]) -> list[tuple[str, str]]:
    return list(names_of_municipalities(codes).items())


def _parts(contents: Contents) -> list[tuple[str, str]]:
    """Return the parts that somebody can sign for.

    Of municipalities that give the pledge.
    """
    names = names_of_municipalities(contents["front"]["municipalities"])
    return [
        (part, f"{names[code]} ({name})")
        for part in contents["front"]["parts"]
        for code, _colon, name in [part.partition(":")]
        if code in names
    ]


def initial_of(kind: PartKind, values: Values) -> dict[str, Any]:
    """Return what the form of a part begins with."""
    if kind == PartKind.SIGNATORY:
        return {**values, "signs_for": signs_for(values)}
    return values


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def change(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Change a part; what another changed meanwhile is shown beside it."""
    named = named_part(part)
    latest = editing.latest_version(row, timezone.now())
    current = parts.part_of(latest.contents, named)
    is_post = request.method == "POST"
    if current is None and not is_post:
        messages.warning(request, _("Den delen är borttagen."))
        return redirect("draft", uid=row.uid)
    form = part_form(
        named.kind,
        row,
        latest.contents,
        older_english=parts.older_english_of(latest.contents, named),
        data=posted(request, reverse("remark", args=[row.uid, part])),
        initial={"base": latest.number, **initial_of(named.kind, current or {})} if current else {},
    )
    page: dict[str, Any] = {}
    if is_post and "forhandsgranska" in request.POST:
        return part_page(request, row, latest, named, form, is_previewed=True)
    if is_post and form.is_valid():
        try:
            if current is None and "igen" in request.POST:
                saved = editing.add(
                    row, named.kind, form.values(), by=request.user, at=timezone.now()
                )
            else:
                saved = editing.save(
                    row,
                    named,
                    form.values(),
                    base=form.cleaned_data["base"] or 0,
                    by=request.user,
                    at=timezone.now(),
                    still_right=form.still_right,
                )
        except editing.Clash as clash:
            page["clashes"] = clash_views(
                named.kind, clash.fields, clash.before, clash.theirs, clash.values
            )
            page["theirs_by"] = clash.version.saved_by
            form.go_on_from(clash.values, clash.version.number)
        except editing.Removed as removed:
            page["is_removed"] = True
            page["theirs_by"] = removed.version.saved_by
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            tell(request, saved)
            return _remark_sent_along(request, row, saved) or redirect(back_to(row, saved.part))
    return part_page(request, row, latest, named, form, **page)


def _remark_sent_along(
    request: StaffRequest, row: Pledge, saved: editing.Saved
) -> HttpResponse | None:
    """Take a remark that was typed beside a part when the part was saved.

    Returns the part's page, as it is saved, when the remark can't be taken.
    """
    if not is_typed(typed_remark(request)):
        return None
    contents, kind = saved.version.contents, saved.part.kind
    remark_form = take_remark(request, row, saved.part, contents)
    if not remark_form.errors:
        return None
    values = parts.part_of(contents, saved.part) or {}
    initial = {"base": saved.version.number, **initial_of(kind, values)}
    older = parts.older_english_of(contents, saved.part)
    form = part_form(kind, row, contents, older_english=older, initial=initial)
    return part_page(request, row, saved.version, saved.part, form, remark_form=remark_form)


def back_to(row: Pledge, part: Part) -> str:
    """Return the address of a part on the draft's page.

    What the public will read of a commitment is open there.
    """
    shown = f"?visa={part}" if part.kind == PartKind.COMMITMENT else ""
    return f"{reverse('draft', args=[row.uid])}{shown}#{part}"


def tell(request: StaffRequest, saved: editing.Saved) -> None:
    """Say what a change came to."""
    contents = saved.version.contents
    name = part_in_words(contents, saved.part)
    if not saved.is_new:
        messages.info(request, _("Inget var ändrat i %(part)s.") % {"part": name})
    else:
        messages.success(request, _("Sparat: %(part)s") % {"part": name})
    if saved.taken:
        messages.info(
            request,
            _("Någon annan ändrade samtidigt %(fields)s. Det är kvar.")
            % {"fields": labels_of(saved.part.kind, saved.taken)},
        )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def add(request: StaffRequest, row: Pledge, kind: str) -> HttpResponse:
    """Add a part."""
    try:
        named = Part(PartKind(kind))
    except ValueError as error:
        raise Http404 from error
    if named.kind == PartKind.FRONT:
        raise Http404
    latest = editing.latest_version(row, timezone.now())
    if named.kind == PartKind.COMMITMENT and not latest.contents["focus_areas"]:
        messages.info(request, _("Lägg till en inriktning först."))
        return redirect("add_part", uid=row.uid, kind=PartKind.FOCUS_AREA.value)
    is_post = request.method == "POST"
    form = part_form(
        named.kind,
        row,
        latest.contents,
        data=posted(request),
        initial={
            "base": latest.number,
            "focus_area": request.GET.get("inriktning"),
            "target_at_least": True,
        },
    )
    if is_post and "forhandsgranska" in request.POST:
        return part_page(request, row, latest, named, form, is_previewed=True)
    if is_post and form.is_valid():
        try:
            saved = editing.add(row, named.kind, form.values(), by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            tell(request, saved)
            return redirect(back_to(row, saved.part))
    return part_page(request, row, latest, named, form)


def part_page(
    request: StaffRequest,
    row: Pledge,
    latest: PledgeVersion,
    named: Part,
    form: PartForm,
    **options: Any,
) -> HttpResponse:
    """Return the page of a part.

    Its form, what it lacks, what to draw on, and the remarks.
    """
    current = parts.part_of(latest.contents, named) if named.key else None
    values = _typed(form) or current or {}
    context = {
        "pledge": row,
        "part": named,
        "kind": named.kind.value,
        "name": part_in_words(latest.contents, named) if current else "",
        "title": _title(named, part_in_words(latest.contents, named) if current else ""),
        "form": form,
        "marks": _marks(named, values, latest.contents),
        "preview": _previewed(named.kind, values) if options.get("is_previewed") else "",
        "public": _public_sentences(named, form, current, latest.contents),
        "has_markdown": named.kind == PartKind.SECTION,
        "remarks": row.remarks.filter(part=str(named)).select_related("written_by", "settled_by")
        if named.key or named.kind == PartKind.FRONT
        else [],
        "remark_form": typed_remark(request, reverse("remark", args=[row.uid, named])),
        "earlier": background.of_the_last_pledge(row)
        if named.kind in {PartKind.COMMITMENT, PartKind.FOCUS_AREA}
        else [],
        "municipalities": [party.municipality for party in row.parties.all()],
        **options,
    }
    failed = bool(
        form.errors
        or context["remark_form"].errors
        or options.get("clashes")
        or options.get("is_removed")
    )
    if options.get("is_previewed") and named.kind == PartKind.SECTION:
        failed = False
    return render(request, "writing/part.html", context, status=422 if failed else 200)


def _title(named: Part, name: str) -> str:
    # The front is always there, and has no name of its own.
    if name or named.kind == PartKind.FRONT:
        return _("Ändra %(part)s") % {"part": name or kind_in_words(named.kind)}
    return _("Lägg till %(part)s") % {"part": kind_in_words(named.kind)}


def _typed(form: PartForm) -> Values:
    """Return what was typed so far, whether it could be saved or not."""
    if not form.is_bound:
        return {}
    form.is_valid()
    typed = {name: form.data.get(name, "") for name in form.fields}
    return {**typed, **form.cleaned_data}


def _marks(named: Part, values: Values, contents: Contents) -> Marks:
    """Return what the commitment lacks as it is being written."""
    if named.kind != PartKind.COMMITMENT:
        return Marks()
    key = str(values.get("focus_area") or "")
    area = next((area for area in contents["focus_areas"] if str(area["id"]) == key), None)
    fields = parts.FIELDS[PartKind.COMMITMENT]
    plain_values = {name: parts.plain(values.get(name) or "") for name in fields}
    return marks_of(plain_values, area) if area and plain_values["text_sv"] else Marks()


def _public_sentences(
    named: Part, form: PartForm, current: Values | None, contents: Contents
) -> list[TargetPreview]:
    """Return what everyone will read of the target that is typed, or saved."""
    if named.kind != PartKind.COMMITMENT:
        return []
    values = current
    if form.is_bound:
        values = _plain(form.values()) if form.is_valid() else None
    return public_sentences(values, contents) if values else []


def _plain(values: Mapping[str, Any]) -> Values:
    return {name: parts.plain(value) for name, value in values.items()}


def _previewed(kind: PartKind, values: Values) -> Any:
    if kind == PartKind.SECTION:
        heading = format_html("<h3>{}</h3>", values.get("heading_sv") or "")
        text = markdown_to_html(str(values.get("text_sv") or ""), 4)
        return format_html("{}{}", heading, text)
    return ""


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def preview_text(request: StaffRequest, row: Pledge) -> HttpResponse:
    """Return how a section's text will look, while it is being typed."""
    return HttpResponse(_previewed(PartKind.SECTION, request.POST.dict()))


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def preview_document(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Return the draft's PDF with what is typed, without saving anything."""
    named = named_part(part)
    latest = editing.latest_version(row, timezone.now())
    form = part_form(named.kind, row, latest.contents, data=request.POST)
    if not form.is_valid() or parts.part_of(latest.contents, named) is None:
        return part_page(request, row, latest, named, form)
    try:
        with editing.as_if_saved(row, named, form.values()):
            return pdf_answer(row)
    except Refused as refused:
        form.add_errors(refused.faults)
        return part_page(request, row, latest, named, form)
