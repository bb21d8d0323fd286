"""Rows of one statement that have no number, or share theirs: told apart, so that none is lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from shop.payment.bank.transactions import BankTransaction

Balances = dict[tuple[str, Decimal], dict[str, list[str]]]  # by key and sum, then by words


def told_apart(lines: Sequence[BankTransaction]) -> list[BankTransaction]:
    """Number rows without an id that nothing else tells apart; mark those of one id and sum that something does."""
    seen: Counter[str] = Counter()
    balances: Balances = {}
    for line in lines:
        if line.reference:
            of_words = balances.setdefault((line.key, line.amount), {}).setdefault(line.words_digest, [])
            if line.balance not in of_words:
                of_words.append(line.balance)
    return [_marked(line, balances) if line.reference else _numbered(line, seen) for line in lines]


def _numbered(line: BankTransaction, seen: Counter[str]) -> BankTransaction:
    seen[line.key] += 1
    return replace(line, ordinal=seen[line.key] - 1)


def _marked(line: BankTransaction, balances: Balances) -> BankTransaction:
    of_number = balances[line.key, line.amount]
    if sum(map(len, of_number.values())) == 1:
        return line
    return replace(line, ordinal=of_number[line.words_digest].index(line.balance), shares_number=True)
