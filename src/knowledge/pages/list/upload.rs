//! The way in for files: a native file field, onto which files can be dragged, in a plain form. With
//! JavaScript the page stays and tells of each file; without, the address of the next page does.

use crate::{
    error::AppError,
    knowledge::{
        components::RolesField,
        details::READER_ROLES,
        pages::counted,
        paths,
        upload::{ACCEPTED_FILES, FileOutcome, UploadNotice, UploadReport, UploadedFile},
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, Card, Disclosure, ErrorSummary, Icon, TextField, Tone},
};
use leptos::{ev::SubmitEvent, prelude::*};
#[cfg(feature = "hydrate")]
use leptos::{
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

/// What has become of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Idle,
    Sending,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser sends files in the background"))]
    Done(UploadReport),
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser sends files in the background"))]
    Refused(AppError),
}

/// The form. `uploaded` runs when something has been added.
#[component]
pub fn UploadArea(tenant: TenantSlug, #[prop(into)] uploaded: Callback<()>) -> impl IntoView {
    let progress = RwSignal::new(Progress::default());
    let is_over = RwSignal::new(false);
    let error = Signal::derive(move || match progress.get() {
        Progress::Refused(error) => Some(error),
        _ => None,
    });
    let errors = move || error.with(|error| error.as_ref().map(AppError::fields).unwrap_or_default());
    let at = move |field: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(field))))
    };
    let pending = Signal::derive(move || progress.with(|progress| *progress == Progress::Sending));
    let address = paths::upload(&tenant);
    let target = StoredValue::new(address.clone());
    view! {
        <Card
            title="Add documents"
            lead="Drag files here or choose them: PDF, Word, Markdown, web pages or plain text, at most 50 files of 50 MB."
        >
            <ErrorSummary errors />
            <form
                method="post"
                action=address
                enctype="multipart/form-data"
                on:submit=move |event| send(&event, &target.get_value(), progress, uploaded)
            >
                <div class="space-y-2">
                    <p class="font-medium text-error" class:hidden=move || at("files").with(Option::is_none)>
                        {at("files")}
                    </p>
                    <div class="flex flex-wrap items-center gap-3">
                        <label for="files" class="sr-only">
                            "Files"
                        </label>
                        <input
                            id="files"
                            name="files"
                            type="file"
                            multiple=true
                            required=true
                            accept=ACCEPTED_FILES
                            class="block min-w-0 flex-1 basis-64 cursor-pointer rounded-box border-2 border-dashed border-edge bg-base-200 px-4 py-5 file:mr-4 file:min-h-11 file:cursor-pointer file:rounded-field file:border file:border-solid file:border-edge file:bg-base-100 file:px-4 file:font-semibold file:text-base-content hover:border-primary"
                            class:border-primary=is_over
                            on:dragenter=move |_| is_over.set(true)
                            on:dragleave=move |_| is_over.set(false)
                            on:drop=move |_| is_over.set(false)
                        />
                        <Button pending icon=Icon::Plus>
                            "Upload"
                        </Button>
                    </div>
                    <Disclosure summary="Tags, and who may see them">
                        <div class="fields">
                            <TextField
                                label="Tags"
                                name="tags"
                                hint="Separated by commas: medication, on call."
                                optional=true
                                autocomplete="off"
                                error=at("tags")
                            />
                            <RolesField checked=READER_ROLES.to_vec() error=at("roles") />
                        </div>
                    </Disclosure>
                </div>
            </form>
            <div class="mt-4 space-y-4" aria-live="polite">
                {move || outcome_view(&tenant, progress.get())}
            </div>
        </Card>
    }
    .into_any()
}

fn outcome_view(tenant: &TenantSlug, progress: Progress) -> Option<AnyView> {
    match progress {
        Progress::Idle => None,
        Progress::Sending => Some(view! { <p class="text-muted">"Uploading. Keep this page open."</p> }.into_any()),
        Progress::Done(report) => Some(report_view(tenant, report)),
        Progress::Refused(AppError::Invalid { .. }) => None,
        Progress::Refused(error) => Some(view! { <Alert tone=Tone::Danger title=error.to_string() /> }.into_any()),
    }
}

/// Each file, and what became of it.
fn report_view(tenant: &TenantSlug, report: UploadReport) -> AnyView {
    let tone = if report.has_any() { Tone::Done } else { Tone::Danger };
    let rows = report.files.into_iter().map(|file| file_view(tenant, file)).collect_view();
    view! {
        <Alert tone title="Uploaded" quiet=true>
            <ul class="space-y-1" aria-label="What became of the files">
                {rows}
            </ul>
        </Alert>
    }
    .into_any()
}

fn file_view(tenant: &TenantSlug, file: UploadedFile) -> AnyView {
    let (words, id) = match file.outcome {
        FileOutcome::Added { id } => ("added, it is being read now".to_owned(), Some(id)),
        FileOutcome::Replaced { id } => ("added as a new version".to_owned(), Some(id)),
        FileOutcome::Unchanged { id } => ("the same file is already there".to_owned(), Some(id)),
        FileOutcome::Refused { reason } => (format!("not taken. {}", reason.label()), None),
    };
    let name = match id {
        Some(id) => {
            view! { <a class="text-link" href=paths::document(tenant, id)><bdi>{file.file_name}</bdi></a> }.into_any()
        }
        None => view! { <bdi class="font-medium">{file.file_name}</bdi> }.into_any(),
    };
    view! { <li class="wrap-anywhere">{name} ": " {words}</li> }.into_any()
}

/// The same after an upload without JavaScript: numbers instead of names, because an address is no
/// place for them.
pub fn notice_view(notice: &UploadNotice) -> AnyView {
    let counts = [
        (notice.added, "1 file added, it is being read now", "files added, they are being read now"),
        (notice.replaced, "1 file added as a new version", "files added as new versions"),
        (notice.unchanged, "1 file was already there", "files were already there"),
    ];
    let counts = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(i64::try_from(count).unwrap_or(i64::MAX), one, many));
    let refused =
        notice.refused.iter().map(|(number, reason)| format!("File {number} was not taken. {}", reason.label()));
    let lines: Vec<_> = counts.map(|line| format!("{line}.")).chain(refused).collect();
    let has_any = notice.added + notice.replaced + notice.unchanged > 0;
    let (tone, title) = if has_any { (Tone::Done, "Uploaded") } else { (Tone::Danger, "Nothing was uploaded") };
    view! {
        <Alert tone title>
            <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </Alert>
    }
    .into_any()
}

/// Sends the form in the background. Without the means for it the browser sends it as it always does.
#[cfg(feature = "hydrate")]
fn send(event: &SubmitEvent, address: &str, progress: RwSignal<Progress>, uploaded: Callback<()>) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some((form, data)) = form.and_then(|form| FormData::new_with_form(&form).ok().map(|data| (form, data))) else {
        return;
    };
    event.prevent_default();
    if progress.with_untracked(|progress| *progress == Progress::Sending) {
        return;
    }
    progress.set(Progress::Sending);
    let address = address.to_owned();
    leptos::task::spawn_local(async move {
        let outcome = match post(&address, data).await {
            Ok(report) => {
                if report.has_any() {
                    form.reset();
                    uploaded.run(());
                }
                Progress::Done(report)
            }
            Err(error) => Progress::Refused(error),
        };
        progress.try_set(outcome);
    });
}

#[cfg(feature = "hydrate")]
async fn post(address: &str, data: FormData) -> Result<UploadReport, AppError> {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };

    let request =
        <BrowserRequest as ClientReq<AppError>>::try_new_post_multipart(address, "application/json", data.into())?;
    let response = <BrowserClient as Client<AppError>>::send(request).await?;
    let is_report = ClientRes::<AppError>::status(&response) == 200;
    let text: String = ClientRes::<AppError>::try_into_string(response).await?;
    if is_report {
        return serde_json::from_str(&text).map_err(|_| AppError::Internal);
    }
    Err(serde_json::from_str(&text).unwrap_or(AppError::Internal))
}

/// There is no form on the server.
#[cfg(not(feature = "hydrate"))]
fn send(_event: &SubmitEvent, _address: &str, _progress: RwSignal<Progress>, _uploaded: Callback<()>) {}
