//! What forms with a page of their own have in common: the surface that they stand on and the row that ends them.

use super::{ButtonVariant, Card, LinkButton, SaveProblem};
use crate::error::AppError;
use leptos::prelude::*;

/// A form on its card, no wider than is easy to read, under the reason why its last try was refused.
#[component]
pub fn FormCard(
    error: Signal<Option<AppError>>,
    /// Leads to what is stored now.
    #[prop(into)]
    own_path: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="max-w-2xl">
            <SaveProblem error own_path />
            <Card>{children()}</Card>
        </div>
    }
    .into_any()
}

/// The last row of a form: the button that sends it, then the link that leaves it as it was.
#[component]
pub fn FormActions(
    /// Where "Cancel" leads.
    #[prop(into)]
    cancel: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="flex flex-wrap gap-3">
            {children()}
            <LinkButton href=cancel variant=ButtonVariant::Secondary>
                "Cancel"
            </LinkButton>
        </div>
    }
    .into_any()
}
