"""Which input or indicator of a scheme a form means by the words at a cell's row and column."""

from __future__ import annotations

from kpixl.scheme.headings import spelling, without_bracket
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.templates.recognise import Slot


class InputNames:
    """Inputs by whatever a form may call them."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.inputs = {spelling(i.name): i for i in scheme.inputs}
        self.items: dict[str, str] = {}
        self.only: dict[str, Input] = {}
        targets = {i.target_input for i in scheme.inputs}
        for indicator in scheme.indicators:
            own = [i for i in scheme.asked if i.item == indicator.key and i.name not in targets]
            for text in (indicator.name, indicator.key):
                self.items.setdefault(spelling(text), indicator.key)
                if len(own) == 1:
                    self.only.setdefault(spelling(text), own[0])
        for name, words in scheme.synonyms.items():
            for word in words:
                if spelling(name) in self.inputs:
                    self.inputs.setdefault(spelling(word), self.inputs[spelling(name)])
                if spelling(name) in self.items:
                    self.items.setdefault(spelling(word), self.items[spelling(name)])
                    if spelling(name) in self.only:
                        self.only.setdefault(spelling(word), self.only[spelling(name)])

    def input_of(self, slot: Slot, with_indicators: bool) -> Input | None:
        """The input that a slot holds, by the words at its row and column."""
        item, sub = slot.item.name, slot.sub
        label = slot.label or (slot.titled.split("/")[-1] if _is_other(slot) else "")
        if label:
            texts = [sub + label, item + label, item + sub + label, label]
        else:
            texts = [sub, item + sub, slot.item.key if not sub else "", "" if sub else item]
        for text in filter(None, map(spelling, texts)):
            found = self.inputs.get(text) or self.inputs.get(without_bracket(text))
            if found is not None:
                return found
        if label or sub or not with_indicators:
            return None
        for text in map(spelling, (slot.item.key, item)):
            if text in self.only:
                return self.only[text]
        return None

    def item_of(self, slot: Slot) -> str | None:
        """The key of the indicator that a slot belongs to."""
        for text in map(spelling, (slot.item.key, slot.item.name, slot.sub)):
            if text in self.items:
                return self.items[text]
        return None


def _is_other(slot: Slot) -> bool:
    """Whether a column holds figures of a sort of its own beside the value: 完成率, 名次."""
    return slot.role in ("完成率", "名次")
