//! What all parts of the page share: which form is open, what was sent, what went wrong.

use crate::{
    analysis::{
        api::{
            AddClassification, AnalyseAgain, ChangeClassification, DecideClassification, SaveConditions, SendBack,
            SignOff,
        },
        forms::OpenForm,
        record::{Analysis, IncidentAnalysis},
    },
    error::AppError,
    ids::IncidentId,
    incidents::paths,
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ErrorSummary, FormActions, RevisionField, Tone, error_at},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::{html, prelude::*, server_fn::ServerFn, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::hooks::use_query_map;

/// The page while it is open, whatever it shows.
#[derive(Clone, Copy)]
pub struct Desk {
    tenant: StoredValue<TenantSlug>,
    open: Memo<Option<OpenForm>>,
    /// Presses on the page itself.
    pub press: ServerAction<DecideClassification>,
    pub again: ServerAction<AnalyseAgain>,
    /// Forms that are opened.
    pub dismiss: ServerAction<DecideClassification>,
    pub change: ServerAction<ChangeClassification>,
    pub add: ServerAction<AddClassification>,
    pub conditions: ServerAction<SaveConditions>,
    pub sign_off: ServerAction<SignOff>,
    pub send_back: ServerAction<SendBack>,
    saved: RwSignal<usize>,
}

impl Desk {
    /// A page without anything sent.
    pub fn new(tenant: TenantSlug) -> Self {
        let query = use_query_map();
        let desk = Self {
            tenant: StoredValue::new(tenant),
            open: Memo::new(move |_| query.with(|query| query.get_str("edit").and_then(OpenForm::parse))),
            press: ServerAction::new(),
            again: ServerAction::new(),
            dismiss: ServerAction::new(),
            change: ServerAction::new(),
            add: ServerAction::new(),
            conditions: ServerAction::new(),
            sign_off: ServerAction::new(),
            send_back: ServerAction::new(),
            saved: RwSignal::new(0),
        };
        count_saves(desk.dismiss, desk.saved);
        count_saves(desk.change, desk.saved);
        count_saves(desk.add, desk.saved);
        count_saves(desk.conditions, desk.saved);
        // What went wrong in one form is no news in the next.
        Effect::watch(move || desk.open.get(), move |_, _, _| desk.forget(), false);
        desk
    }

    fn forget(self) {
        self.press.clear();
        self.again.clear();
        self.dismiss.clear();
        self.change.clear();
        self.add.clear();
        self.conditions.clear();
        self.sign_off.clear();
        self.send_back.clear();
    }

    pub fn tenant(self) -> TenantSlug {
        self.tenant.get_value()
    }

    /// Changes whenever the page has to be loaded anew. After a press that always is so: if it was
    /// refused, then because of what somebody else has done. A form that was refused keeps what is in it.
    pub fn reloads(self) -> usize {
        self.press.version().get() + self.again.version().get() + self.sign_off.version().get() + self.saved.get()
    }

    /// The form that is open.
    pub fn open(self) -> Option<OpenForm> {
        self.open.get()
    }

    /// Whether no form is open.
    pub fn is_free(self) -> bool {
        self.open.get().is_none()
    }

    /// The address of the page with a form open.
    pub fn opening(self, incident: IncidentId, form: OpenForm) -> String {
        let page = paths::analysis(&self.tenant(), incident);
        format!("{page}?edit={}#{}", form.write(), form.anchor())
    }

    /// The address of the page with a form closed again.
    pub fn closing(self, incident: IncidentId, form: OpenForm) -> String {
        format!("{}#{}", paths::analysis(&self.tenant(), incident), form.anchor())
    }

    /// What went wrong with what is open, or with the last press.
    pub fn error(self) -> Option<AppError> {
        match self.open.get() {
            None => error_of(self.press).or_else(|| error_of(self.again)),
            Some(OpenForm::Change(_)) => error_of(self.change),
            Some(OpenForm::Dismiss(_)) => error_of(self.dismiss),
            Some(OpenForm::Add) => error_of(self.add),
            Some(OpenForm::Conditions) => error_of(self.conditions),
            Some(OpenForm::SendBack) => error_of(self.send_back),
            Some(OpenForm::SignOff) => error_of(self.sign_off),
        }
    }

    /// The message at a field of the open form.
    pub fn at(self, field: impl Into<String>) -> Signal<Option<String>> {
        error_at(self.error_signal(), field)
    }

    /// The hidden fields of a press: it decides on what the page shows and on nothing newer.
    pub fn press_fields(self, sheet: Sheet) -> impl IntoView + use<> {
        view! {
            {self.which(sheet.incident)}
            <input type="hidden" name="revision" value=sheet.revision.to_string() autocomplete="off" />
        }
    }

    /// The hidden fields of a form that people write in. Once a newer version has been pointed out, saving
    /// again is meant.
    pub fn form_fields(self, sheet: Sheet) -> impl IntoView + use<> {
        view! {
            {self.which(sheet.incident)}
            <RevisionField revision=sheet.revision error=self.error_signal() />
        }
    }

    fn which(self, incident: IncidentId) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="tenant" value=self.tenant().to_string() />
            <input type="hidden" name="id" value=incident.to_string() />
        }
    }

    fn error_signal(self) -> Signal<Option<AppError>> {
        Signal::derive(move || self.error())
    }
}

fn error_of<S>(action: ServerAction<S>) -> Option<AppError>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    action.value().get().and_then(Result::err)
}

fn count_saves<S>(action: ServerAction<S>, saved: RwSignal<usize>)
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(()))) {
            saved.update(|count| *count += 1);
        }
    });
}

/// What the parts of the page were made from.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub incident: IncidentId,
    pub revision: i32,
    /// Whether decisions can be made.
    pub is_open: bool,
    pub tz: Tz,
    pub now: DateTime<Utc>,
    /// The claim whose evidence stands out in the account, by its place in the list of claims.
    pub emphasis: RwSignal<Option<usize>>,
}

impl Sheet {
    pub fn new(page: &IncidentAnalysis, analysis: &Analysis) -> Self {
        Self {
            incident: page.incident_id,
            revision: analysis.revision,
            is_open: analysis.state.is_open_for_review(),
            tz: page.time_zone,
            now: page.now,
            emphasis: RwSignal::new(None),
        }
    }

    /// Lets the evidence of a claim stand out, or of none.
    pub fn emphasise(self, claim: Option<usize>) {
        self.emphasis.set(claim);
    }
}

/// Why nothing was saved, above everything else on the page; in the browser it takes the focus.
#[component]
pub fn Problem(desk: Desk, address: String) -> impl IntoView {
    let errors = move || desk.error().map(|error| error.fields()).unwrap_or_default();
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let is_said_here = desk.error().is_some_and(|error| !matches!(error, AppError::Invalid { .. }));
        if is_said_here && let Some(place) = place.get() {
            request_animation_frame(move || drop(place.focus()));
        }
    });
    view! {
        <ErrorSummary errors />
        <div node_ref=place tabindex="-1">
            {move || {
                let message = match desk.error()? {
                    AppError::Invalid { .. } => return None,
                    AppError::Stale { .. } => stale_view(desk.open(), address.clone()),
                    error => view! { <Alert tone=Tone::Danger title=error.to_string() /> }.into_any(),
                };
                Some(view! { <div class="mb-6">{message}</div> })
            }}
        </div>
    }
}

/// Somebody else was faster. A press did nothing and the page shows what there is now; a form still holds
/// what was typed into it.
fn stale_view(open: Option<OpenForm>, address: String) -> AnyView {
    let Some(form) = open.filter(|form| *form != OpenForm::SignOff) else {
        return view! {
            <Alert tone=Tone::Danger title="Somebody changed this analysis after you opened it">
                <p>"Nothing was saved. The page now shows the newer version: look at it, then decide again."</p>
            </Alert>
        }
        .into_any();
    };
    view! {
        <Alert tone=Tone::Danger title="Somebody changed this analysis after you opened this form">
            <p>
                <a class="text-link" href=address target="_blank" rel="external">
                    "Open the newer version in a new tab"
                </a>
                " to compare. What you typed is "
                <a class="text-link" href=format!("#{}", form.anchor()) rel="external">
                    "still in the form"
                </a>
                ". If you save it now, it replaces what the other person saved."
            </p>
            <noscript>
                <p>"Go back in your browser to copy what you typed."</p>
            </noscript>
        </Alert>
    }
    .into_any()
}

/// The buttons at the end of an open form. `time` where it counts how long people edit.
pub fn form_buttons(
    desk: Desk,
    sheet: Sheet,
    form: OpenForm,
    label: &'static str,
    pending: Memo<bool>,
    time: Option<EditTime>,
) -> impl IntoView {
    view! {
        {time.map(EditTime::field)}
        <FormActions cancel=desk.closing(sheet.incident, form)>
            <Button
                pending=pending
                on_click=move |_| {
                    if let Some(time) = time {
                        time.note();
                    }
                }
            >
                {label}
            </Button>
        </FormActions>
    }
}

/// How long a form has been open, told to the server in a hidden field; 0 without JavaScript.
#[derive(Clone, Copy)]
pub struct EditTime {
    opened: StoredValue<Option<DateTime<Utc>>>,
    field: NodeRef<html::Input>,
}

impl EditTime {
    /// Begins now, in the browser.
    pub fn begin() -> Self {
        let opened = StoredValue::new(None);
        Effect::new(move |_| opened.set_value(Some(Utc::now())));
        Self { opened, field: NodeRef::new() }
    }

    /// Writes the seconds until now into the field, before the form is sent.
    fn note(self) {
        if let (Some(Some(opened)), Some(field)) = (self.opened.try_get_value(), self.field.get_untracked()) {
            field.set_value(&(Utc::now() - opened).num_seconds().to_string());
        }
    }

    fn field(self) -> impl IntoView {
        view! { <input type="hidden" name="edit_seconds" value="0" autocomplete="off" node_ref=self.field /> }
    }
}

/// Moves the focus to the first field of a form that was opened.
pub fn focus_first<E>(field: NodeRef<E>)
where
    E: html::ElementType + 'static,
    E::Output: JsCast + AsRef<HtmlElement> + Clone + 'static,
{
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            request_animation_frame(move || drop(AsRef::<HtmlElement>::as_ref(&field).focus()));
        }
    });
}
