//! The pages of signing in, of one's own account, and of the system's organisations.

mod account;
mod account_help;
mod forgot_password;
mod join;
mod landing;
mod mailed_code;
mod reset_password;
mod second_factor;
mod sign_in;
mod sign_in_code;
mod tenants;

pub use account::AccountPage;
pub use account_help::AccountHelpPage;
pub use forgot_password::ForgotPasswordPage;
pub use join::JoinPage;
pub use landing::LandingPage;
pub use reset_password::ResetPasswordPage;
pub use second_factor::SecondFactorPage;
pub use sign_in::SignInPage;
pub use sign_in_code::SignInCodePage;
pub use tenants::TenantsPage;

use crate::{
    error::AppError,
    ui::{Alert, ErrorSummary, Tone},
};
use leptos::prelude::*;

/// Why a form was not accepted: a summary that leads to its fields, or a message where no field is at fault.
#[component]
fn FormProblem(error: Signal<Option<AppError>>) -> impl IntoView {
    let errors = move || error.with(|error| error.as_ref().map(at_fields).unwrap_or_default());
    let message = move || error.get().filter(|error| at_fields(error).is_empty());
    view! {
        <ErrorSummary errors />
        {move || {
            message()
                .map(|error| {
                    view! {
                        <div class="mb-6">
                            <Alert tone=Tone::Danger>
                                <p>{error.to_string()}</p>
                            </Alert>
                        </div>
                    }
                })
        }}
    }
}

fn at_fields(error: &AppError) -> Vec<(String, String)> {
    match error {
        // Which of the two is wrong stays unsaid: it would tell who has an account.
        AppError::WrongCredentials => vec![("email".to_owned(), error.to_string())],
        other => other.fields(),
    }
}
