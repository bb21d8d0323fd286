"""What is sold, by whom, from where, with which star. Oscar's models come last: ours go before."""

from catalogue.models.base import MarketPage
from catalogue.models.catalogue_page import CataloguePage
from catalogue.models.category import Category
from catalogue.models.certificate import Certificate
from catalogue.models.claims import (
    Certification,
    GeographicalIndication,
    IndicationRight,
    ProductCertification,
)
from catalogue.models.listing_row import CatalogueVersion, ListingRow
from catalogue.models.picture import Picture, PictureRendition
from catalogue.models.place import Commune, FormerUnit, Province
from catalogue.models.place_version import CommuneVersion, ProvinceVersion
from catalogue.models.producer_page import ProducerIndexPage, ProducerPage, ProducerPhoto
from catalogue.models.product import Product
from catalogue.models.product_page import ProductPage, ProductPhoto
from catalogue.models.sales_point import SalesPoint
from catalogue.models.section_page import SectionPage
from catalogue.models.seeded_row import SeededRow
from catalogue.models.specialty_page import SpecialtyIndexPage, SpecialtyOrigin, SpecialtyPage
from catalogue.models.village_page import VillageIndexPage, VillagePage, VillageRecognition

from oscar.apps.catalogue.models import *  # isort: skip

__all__ = [
    "CataloguePage",
    "CatalogueVersion",
    "Category",
    "Certificate",
    "Certification",
    "Commune",
    "CommuneVersion",
    "FormerUnit",
    "GeographicalIndication",
    "IndicationRight",
    "ListingRow",
    "MarketPage",
    "Picture",
    "PictureRendition",
    "ProducerIndexPage",
    "ProducerPage",
    "ProducerPhoto",
    "Product",
    "ProductCertification",
    "ProductPage",
    "ProductPhoto",
    "Province",
    "ProvinceVersion",
    "SalesPoint",
    "SectionPage",
    "SeededRow",
    "SpecialtyIndexPage",
    "SpecialtyOrigin",
    "SpecialtyPage",
    "VillageIndexPage",
    "VillagePage",
    "VillageRecognition",
]
