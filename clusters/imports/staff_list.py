"""A row of a staff list: who, in which post, at which school, and the number that reaches the person."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

from clusters.imports.cells import DamagedCode, code_of, text_of
from clusters.imports.columns import Columns
from clusters.imports.kinds import person_gender_of, post_of, subject_of
from clusters.imports.outcome import Draft, Problem, Remark
from clusters.imports.school_list import damaged_code, missing_code, overlong, shortened
from clusters.imports.sheet import Cell, Sheet
from clusters.people.phones import Phone, PhoneFault, PhoneProblem
from clusters.people.phones import read as read_phone

IN_CHOICES = {"gender": person_gender_of, "subject": subject_of}


@dataclass(slots=True)
class StaffRows:
    """Reads rows of one list one after another and gathers what they have in common."""

    sheet: Sheet
    columns: Columns
    schools: Container[str]
    """Codes of the schools that are known."""
    strange: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_strange: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(self, row: int, cells: tuple[Cell, ...]) -> Draft:
        """One row: clean values, and a problem for each thing that cannot be taken as it is."""
        draft = Draft(row, {})
        if row in self.sheet.overlong:
            draft.problems.append(overlong(row, self.sheet))
        self._name(draft, cells)
        self._post(draft, cells)
        self._school(draft, cells)
        self._personal_no(draft, cells)
        self._phone(draft, cells)
        for choice in IN_CHOICES:
            self._choice(choice, draft, cells)
        return draft

    def remarks(self) -> list[Remark]:
        """Words that were not understood, each once; the persons are taken without them."""
        return [
            Remark(
                self.header(choice),
                f"'{word}' is not known as a {choice}; these persons are taken without one.",
                self.first_strange[choice, word],
                many,
                f"{choice}_unknown",
                word,
            )
            for (choice, word), many in self.strange.items()
        ]

    def header(self, name: str) -> str:
        """The header of a field as the list has it."""
        return self.sheet.headers[self.columns.places[name]]

    def _cell(self, name: str, cells: tuple[Cell, ...]) -> Cell:
        place = self.columns.places.get(name)
        return None if place is None else cells[place]

    def _name(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        name = text_of(self._cell("name", cells))
        if name is None or not any(map(str.isalpha, name)):
            draft.unread += (name or "",)
            draft.problems.append(
                Problem(
                    draft.row,
                    self.header("name"),
                    "name_missing",
                    "The person's name is missing. Add it, or delete the row.",
                )
            )
        else:
            draft.values["name"] = name

    def _post(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        text = text_of(self._cell("designation", cells))
        post = post_of(text) if text else None
        if post is not None:
            draft.values["post"] = post
        elif text is None:
            draft.problems.append(
                Problem(
                    draft.row,
                    self.header("designation"),
                    "designation_missing",
                    "The designation is missing, so it is not known what the person does. Add it, like PST or"
                    " Circle Trainer.",
                )
            )
        else:
            draft.unread += (text,)
            draft.problems.append(
                Problem(
                    draft.row,
                    self.header("designation"),
                    "designation_unknown",
                    f"The designation '{shortened(text)}' is not known, so the person's post cannot be told. Write it"
                    " as PST, CT, SST, Head Teacher, Circle Trainer, Master Trainer, ASDEO, SDEO or DEO,"
                    " or delete the row.",
                )
            )

    def _school(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        cell = self._cell("code", cells)
        code = code_of(cell)
        column = self.header("code")
        if isinstance(code, DamagedCode):
            draft.unread += (str(cell),)
            draft.problems.append(damaged_code(draft.row, column, cell, code))
        elif code is None:
            draft.problems.append(missing_code(draft.row, column, "the school where the person works"))
        else:
            draft.code = code
            draft.values["code"] = code
            if code not in self.schools:
                draft.problems.append(
                    Problem(
                        draft.row,
                        column,
                        "school_unknown",
                        f"No school has the code '{shortened(code)}'. Import the list of schools first,"
                        " or correct the code.",
                    )
                )

    def _personal_no(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        cell = self._cell("personal_no", cells)
        number = code_of(cell)
        if isinstance(number, DamagedCode):
            draft.unread += (str(cell),)
            draft.problems.append(
                Problem(
                    draft.row,
                    self.header("personal_no"),
                    "personal_no_damaged",
                    f"The personal number cannot be told from '{shortened(cell)}': {number.why}."
                    " Format the column as text and type the number again, or leave it empty.",
                )
            )
        elif number is not None:
            draft.values["personal_no"] = number

    def _phone(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        cell = self._cell("mobile_no", cells)
        phone = read_phone(cell)
        if isinstance(phone, Phone):
            draft.values["mobile_no"] = phone.e164
        elif isinstance(phone, PhoneProblem):
            draft.unread += (str(cell),)
            what = "is damaged" if phone.cause is PhoneFault.DAMAGED else "is no Pakistani mobile number"
            draft.problems.append(
                Problem(
                    draft.row,
                    self.header("mobile_no"),
                    phone.cause,
                    f"The mobile number {what}: {phone.why}. Ask the person and type it as text like 0345-1234567,"
                    " or leave the cell empty.",
                    phone.proposal,
                )
            )

    def _choice(self, choice: str, draft: Draft, cells: tuple[Cell, ...]) -> None:
        text = text_of(self._cell(choice, cells))
        if text is None:
            return
        value = IN_CHOICES[choice](text)
        if value is not None:
            draft.values[choice] = value
        else:
            draft.unread += (text,)
            self.strange[choice, text] += 1
            self.first_strange.setdefault((choice, text), draft.row)
