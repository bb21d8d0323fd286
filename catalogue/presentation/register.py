"""Who presents which page of the catalogue; called when the app is ready."""

from catalogue import presenters
from catalogue.listing import page as listing_page
from catalogue.models import (
    CataloguePage,
    ProducerIndexPage,
    ProducerPage,
    ProductPage,
    SpecialtyIndexPage,
    SpecialtyPage,
    VillageIndexPage,
    VillagePage,
)
from catalogue.presentation import page, producer, producer_index, product, specialty, village

PRESENTERS: dict[type, presenters.Presenter] = {
    CataloguePage: listing_page.parts,
    ProducerIndexPage: producer_index.parts,
    ProducerPage: producer.parts,
    ProductPage: product.parts,
    SpecialtyIndexPage: specialty.index_parts,
    SpecialtyPage: specialty.parts,
    VillageIndexPage: village.index_parts,
    VillagePage: village.parts,
}


def register() -> None:
    """Register the frame of every page, and what each kind puts into it."""
    presenters.register_frame(page.context)
    for model, presenter in PRESENTERS.items():
        presenters.register(model, presenter)
