//! The door: leads everybody to their organisation.

use crate::{
    accounts::{
        api::{SignOut, list_my_tenants},
        viewer::TenantChoice,
    },
    error::AppError,
    ui::{AuthFrame, Button, ButtonVariant, ErrorPage, Icon, Skeleton},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, components::Redirect};

/// `/`: signing in, the one organisation of the person, or the choice between several.
#[component]
pub fn LandingPage() -> AnyView {
    let tenants = Resource::new_blocking(|| (), |()| list_my_tenants());
    view! {
        <Title text="Your organisations" />
        <Transition fallback=|| {
            view! {
                <AuthFrame title="One moment">
                    <Skeleton />
                </AuthFrame>
            }
        }>
            {move || Suspend::new(async move {
                match tenants.await {
                    Err(AppError::SignedOut) => go_to("/sign-in".to_owned()),
                    Err(error) => error_view(error),
                    Ok(tenants) => {
                        match tenants.as_slice() {
                            [] => no_tenant_view(),
                            [only] => go_to(format!("/{}", only.slug)),
                            _ => choice_view(tenants),
                        }
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

/// In place of this page, so that "back" doesn't return to where it only leads on again.
fn go_to(path: String) -> AnyView {
    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
    view! { <Redirect path options /> }.into_any()
}

fn error_view(error: AppError) -> AnyView {
    view! {
        <AuthFrame title="Your organisations">
            <ErrorPage error />
        </AuthFrame>
    }
    .into_any()
}

fn no_tenant_view() -> AnyView {
    view! {
        <AuthFrame title="No organisation yet">
            <p>
                "You're signed in, but no organisation has added you yet. Ask your organisation's admin to add you, then open this page again."
            </p>
            <div class="mt-6">{sign_out_form()}</div>
        </AuthFrame>
    }
    .into_any()
}

fn choice_view(tenants: Vec<TenantChoice>) -> AnyView {
    view! {
        <AuthFrame title="Where are you working today?">
            <ul class="space-y-3">{tenants.into_iter().map(tenant_link).collect_view()}</ul>
            <div class="mt-6">{sign_out_form()}</div>
        </AuthFrame>
    }
    .into_any()
}

fn tenant_link(tenant: TenantChoice) -> impl IntoView {
    view! {
        <li>
            <a
                href=format!("/{}", tenant.slug)
                class="flex min-h-14 items-center gap-3 rounded-field border border-edge px-4 py-3 hover:border-primary hover:text-primary"
            >
                <span class="min-w-0 flex-1">
                    <span class="block font-semibold">{tenant.name}</span>
                    <span class="block text-[0.9375rem] text-muted">{tenant.role.label()}</span>
                </span>
                {Icon::ChevronRight.view()}
            </a>
        </li>
    }
}

fn sign_out_form() -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <ActionForm action=sign_out>
            <Button variant=ButtonVariant::Quiet icon=Icon::LogOut pending=sign_out.pending()>
                "Sign out"
            </Button>
        </ActionForm>
    }
}
