//! The originals of a document, and putting a newer one in its place.

use crate::{
    knowledge::{
        document::FileType,
        paths,
        record::{DocumentDetails, DocumentVersion},
        upload::ACCEPTED_FILES,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, Cell, Column, DataTable, Icon, LocalTime, Row},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// All versions, the newest first, and the form for the next.
pub fn versions_card(tenant: &TenantSlug, details: &DocumentDetails, tz: Tz) -> AnyView {
    let mut columns = vec![
        Column::new("Version").numeric(),
        Column::new("File"),
        Column::new("Size").numeric(),
        Column::new("Added"),
    ];
    if details.may_read {
        columns.push(Column::new("Download").hidden_label());
    }
    let rows = details.versions.iter().cloned().map(|version| row_view(tenant, details, version, tz)).collect_view();
    let is_article = details.document.file_type == FileType::Article;
    let replace = (!is_article && details.document.archived_at.is_none()).then(|| replace_form(tenant, details));
    view! {
        <Card title="Versions" flush=true>
            <DataTable caption="Versions, the newest first" columns>
                {rows}
            </DataTable>
            {replace}
        </Card>
    }
    .into_any()
}

fn row_view(tenant: &TenantSlug, details: &DocumentDetails, version: DocumentVersion, tz: Tz) -> AnyView {
    let download = details.may_read.then(|| download_cell(tenant, details, version.version));
    view! {
        <Row>
            <Cell label="Version" numeric=true>
                {version.version}
            </Cell>
            <Cell label="File">
                <bdi class="wrap-anywhere">{version.file_name}</bdi>
            </Cell>
            <Cell label="Size" numeric=true nowrap=true>
                {size_in_words(version.byte_size)}
            </Cell>
            <Cell label="Added">
                <span>
                    <LocalTime instant=version.uploaded_at tz />
                    {version.uploaded_by.map(|name| view! { ", by " <bdi>{name}</bdi> })}
                </span>
            </Cell>
            {download}
        </Row>
    }
    .into_any()
}

fn download_cell(tenant: &TenantSlug, details: &DocumentDetails, version: i32) -> AnyView {
    let href = paths::original(tenant, details.document.id, Some(version));
    let label = format!("Download version {version}");
    view! {
        <Cell>
            <a class="text-link inline-flex min-h-6 items-center gap-1" href=href rel="external" aria-label=label>
                {Icon::Download.small()}
                "Download"
            </a>
        </Cell>
    }
    .into_any()
}

/// "3 KB" or "1.2 MB".
fn size_in_words(bytes: i64) -> String {
    let tenths = |unit: i64| (bytes * 10 + unit / 2) / unit;
    match bytes {
        ..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KB", (bytes + 512) / 1024),
        _ => {
            let tenths = tenths(1_048_576);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// A plain form with a file: it works the same with and without JavaScript.
fn replace_form(tenant: &TenantSlug, details: &DocumentDetails) -> AnyView {
    let sending = RwSignal::new(false);
    view! {
        <form
            method="post"
            action=paths::replace(tenant, details.document.id)
            enctype="multipart/form-data"
            class="border-t border-base-300 p-4 sm:p-5"
            on:submit=move |_| sending.set(true)
        >
            <input type="hidden" name="revision" value=details.revision.to_string() autocomplete="off" />
            <label for="file" class="mb-1 block font-semibold">
                "Replace the file"
            </label>
            <p id="file-hint" class="mb-2 max-w-prose text-[0.9375rem]/6 text-muted">
                "Passages that stay the same keep their place in answers. The file before stays among the versions."
            </p>
            <div class="flex flex-wrap items-center gap-3">
                <input
                    id="file"
                    name="file"
                    type="file"
                    required=true
                    accept=ACCEPTED_FILES
                    aria-describedby="file-hint"
                    class="file-input min-w-0 max-w-full flex-1 sm:max-w-md"
                />
                <Button variant=ButtonVariant::Secondary pending=sending>
                    "Replace file"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::size_in_words;

    #[test]
    fn sizes_are_short() {
        assert_eq!(size_in_words(900), "900 bytes");
        assert_eq!(size_in_words(3 * 1024), "3 KB");
        assert_eq!(size_in_words(1_258_291), "1.2 MB");
        assert_eq!(size_in_words(50 * 1_048_576), "50.0 MB");
    }
}
