"""What is open in the admin to those whose rights reach over a part of the market only."""

from catalogue.roles.questions import (
    Question,
    all_choosable,
    edits_own_page,
    leads_to_choosable,
    own_document,
    own_page,
    own_picture,
)

PAGES = "wagtailadmin_pages:"
# To whoever may enter the admin at all, producers too. Wagtail's policy for pictures answers by collection.
OPEN_TO_ALL = {
    "wagtailadmin_home",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_account",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtailadmin_dismissibles",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_choose_page_search",
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
    "wagtailadmin_editing_sessions:release",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailimages_chooser:chosen",
    "wagtailimages_chooser:chosen_multiple",
    "wagtailimages_chooser:create",
}
OPEN = OPEN_TO_ALL | {
    "wagtailembeds:chooser",
    "wagtailembeds:chooser_upload",
    # Wagtail's policies for pictures and documents answer by collection.
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages:add",
    "wagtaildocs:index",
    "wagtaildocs:index_results",
    "wagtaildocs:add",
    "wagtaildocs_chooser:choose",
    "wagtaildocs_chooser:choose_results",
    "wagtaildocs_chooser:chosen",
    "wagtaildocs_chooser:chosen_multiple",
    "wagtaildocs_chooser:create",
    # These ask for a right of their own before they show anything.
    "opening",
    "shipped_data",
    "shop_invoices",
}
BY_RIGHT = {  # registers and lists: each of their views asks the policy of what it shows
    "attention",
    "category",
    "certificate",
    "certification",
    "commune",
    "formerunit",
    "geographicalindication",
    "indicationright",
    "partner",
    "productcertification",
    "province",
    "salespoint",
    "shippingzone",
    "shop_bank_accounts",
    "shop_bank_lines",
    "shop_cash",
    "shop_offer_funding",
    "shop_orders",
    "shop_parcels",
    "shop_payouts",
    "shop_rates",
    "shop_reconcile",
    "shop_refunds",
    "shop_tax",
    "shop_uneven_transfers",
    "shop_withholding_rates",
    "telephone_order",
    "vat_rates",
    "producer_prices",  # also for whoever keeps the stock of all
    "wagtailadmin_collections",
    "wagtailadmin_workflows",
    "wagtaillocales",
    "wagtailredirects",
    "wagtailsettings",
    "wagtailsites",
    "wagtailusers_groups",
    "wagtailusers_users",
}
_own = own_page("page_id")
ASKED: dict[str, Question] = {
    "wagtailadmin_explore": own_page("parent_page_id"),
    "wagtailadmin_explore_results": own_page("parent_page_id"),
    PAGES + "add": own_page("parent_page_id"),
    PAGES + "add_subpage": own_page("parent_page_id"),
    PAGES + "preview_on_add": own_page("parent_page_id"),
    **{
        PAGES + act: _own
        for act in (
            *("edit", "preview_on_edit", "view_draft", "delete", "unpublish", "lock", "unlock"),
            *("history", "history_results", "workflow_history", "workflow_history_detail"),
            *("revisions_index", "revisions_view", "revisions_revert", "revisions_unschedule"),
            *("workflow_action", "collect_workflow_action_data", "confirm_workflow_cancellation"),
            *("workflow_preview", "usage"),
        )
    },
    PAGES + "revisions_compare": own_page("pk"),
    "wagtailadmin_editing_sessions:ping": edits_own_page,
    "wagtailadmin_choose_page_child": leads_to_choosable,
    "wagtailadmin_choose_page_chosen_multiple": all_choosable,
    "wagtailimages:edit": own_picture,
    "wagtailimages:delete": own_picture,
    "wagtaildocs:edit": own_document,
    "wagtaildocs:delete": own_document,
}
OWN_PAGE_INSTEAD = {  # Wagtail would start these at the first page of all, or search in all
    "wagtailadmin_choose_page": "wagtailadmin_choose_page_child",
    "wagtailadmin_explore_root": "wagtailadmin_explore",
    PAGES + "search": "wagtailadmin_explore",
}
