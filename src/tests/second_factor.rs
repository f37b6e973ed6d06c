//! The second step of signing in: setting it up, codes that work once, recovery codes, trusted devices,
//! and organisations that ask for it.

mod codes;
mod devices;
mod requirement;
mod setting_up;

use super::{app::TestApp, browser::Browser, seed::PASSWORD};
use chrono::Utc;
use supportsignal::{
    accounts::{second_factor::SecondFactor, security_event::AccountSafety, viewer::TenantChoice},
    error::AppError,
};
use totp_rs::{Builder, Secret, Totp};

const NOTHING: &[(&str, &str)] = &[];
const WORKER: &str = "worker@banksia.example";

/// Somebody's authenticator app.
struct Authenticator(Totp);

impl Authenticator {
    /// The code now, or some steps of 30 seconds later.
    fn code(&self, steps: u64) -> String {
        let now = u64::try_from(Utc::now().timestamp()).unwrap();
        self.0.generate(now + 30 * steps).to_string()
    }
}

impl Browser {
    async fn factor(&self) -> SecondFactor {
        self.call("accounts/second-factor", NOTHING).await.unwrap()
    }

    async fn safety(&self) -> AccountSafety {
        self.call("accounts/safety", NOTHING).await.unwrap()
    }

    async fn enter_code(&self, code: &str) -> Result<(), AppError> {
        self.call("accounts/sign-in-code", &[("code", code)]).await
    }

    async fn is_signed_in(&self) -> bool {
        match self.call::<Vec<TenantChoice>>("accounts/tenants", NOTHING).await {
            Ok(_) => true,
            Err(AppError::SignedOut) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// The app that the page's secret was typed into, before it counts.
    async fn scan(&self) -> Authenticator {
        self.call::<()>("accounts/begin-second-factor", NOTHING).await.unwrap();
        let SecondFactor::SettingUp { secret, qr_code } = self.factor().await else { panic!("it was begun") };
        assert!(qr_code.starts_with("<svg"));
        let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        Authenticator(Builder::new().with_secret(secret).build().unwrap())
    }

    async fn confirm(&self, password: &str, code: &str) -> Result<(), AppError> {
        self.call("accounts/confirm-second-factor", &[("password", password), ("code", code)]).await
    }

    /// Sets the second step up as far as the recovery codes.
    async fn enrol(&self) -> (Authenticator, Vec<String>) {
        let authenticator = self.scan().await;
        self.confirm(PASSWORD, &authenticator.code(0)).await.unwrap();
        let SecondFactor::ShowingCodes { codes } = self.factor().await else { panic!("codes are shown") };
        self.call::<()>("accounts/keep-recovery-codes", NOTHING).await.unwrap();
        (authenticator, codes)
    }
}

/// A browser that has given the right password.
async fn half_signed_in(app: &TestApp) -> Browser {
    let browser = app.browser();
    browser.sign_in(WORKER, PASSWORD).await.unwrap();
    assert!(!browser.is_signed_in().await, "the code comes first");
    browser
}
