//! From a resource to a page: loading, error, value.

use super::{alert::Alert, badge::Tone, skeleton::Skeleton};
use crate::error::AppError;
use leptos::prelude::*;

/// Shows a placeholder while `resource` loads, a plain sentence if it failed, and its value otherwise.
/// On the server the error also sets the status of the response.
#[component]
pub fn Unpack<T, V>(
    resource: Resource<Result<T, AppError>>,
    children: impl Fn(T) -> V + Send + Sync + Clone + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let content = move || {
        let children = children.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(value) => children(value).into_any(),
                Err(error) => view! { <ErrorPage error /> }.into_any(),
            }
        })
    };
    // A closure would be called once for each time that the server looks whether the value is there.
    #[cfg(feature = "ssr")]
    let content = content();
    view! { <Transition fallback=|| view! { <Skeleton /> }>{content}</Transition> }
}

/// What is shown in place of something that could not be had.
#[component]
pub fn ErrorPage(error: AppError) -> AnyView {
    set_status(&error);
    let title = match &error {
        AppError::NotFound => "Not found",
        AppError::Forbidden => "Not for your role",
        AppError::SignedOut => "Signed out",
        AppError::SecondFactorNeeded => "Two-step sign-in",
        AppError::Unavailable => "We'll be right back",
        AppError::Offline => "No connection",
        _ => "That didn't work",
    };
    let reference = reference_of(&error);
    let way_on = match &error {
        AppError::SignedOut => Some(("/sign-in", "Sign in")),
        AppError::SecondFactorNeeded => Some(("/second-factor?required=1", "Set it up")),
        AppError::NotFound | AppError::Forbidden => Some(("/", "Go to your home page")),
        _ => None,
    };
    view! {
        <div class="mx-auto max-w-xl py-8">
            <h1 class="mb-4">{title}</h1>
            <Alert tone=Tone::Danger>
                <p>{error.to_string()}</p>
                {reference.map(|reference| view! { <p class="text-sm">{format!("Reference {reference}")}</p> })}
                {way_on.map(|(href, label)| view! { <p class="mt-3"><a class="link" href=href>{label}</a></p> })}
            </Alert>
        </div>
    }
    .into_any()
}

/// Under which reference the debug log tells what went wrong, if it is of that kind. The browser knows only
/// that of the document it was given, so an error on a later page has none.
fn reference_of(error: &AppError) -> Option<String> {
    if !matches!(error, AppError::Internal | AppError::Unavailable) {
        return None;
    }
    #[cfg(feature = "ssr")]
    {
        crate::platform::trace::current().map(|trace| trace.id().reference())
    }
    #[cfg(not(feature = "ssr"))]
    {
        let told = document().query_selector("meta[name=reference]").ok().flatten()?;
        let is_same = told.get_attribute("data-path")? == window().location().pathname().ok()?;
        if is_same { told.get_attribute("content") } else { None }
    }
}

/// A page that failed should also say so to whatever reads only its status.
fn set_status(error: &AppError) {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}
