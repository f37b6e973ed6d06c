//! The kit that every page is built from. State comes in by props; everything works without JavaScript where a form or a
//! link can do it. `into` props take `&str`, `String`, signals and closures alike.
//!
//! ```text
//! PageHeader       <PageHeader title="Incidents" lead="…" back=("/t".to_owned(), "Home".to_owned()) action=|| view! { <LinkButton …/> } aside=|| view! { <StatusBadge …/> } />
//! AppFrame         <AppFrame model sign_out=|| view! { <ActionForm …/> } unread=Signal<Option<u32>> account_href="/account">…</AppFrame>
//! NarrowFrame      <NarrowFrame title="Incident report" leave=|| view! { <Button form="f" name="then" value="leave" …/> } saved=Signal<Option<String>> wide=false>…
//! AuthFrame        <AuthFrame title="Sign in" lead="…">…</AuthFrame>
//! Button           <Button variant=ButtonVariant::Secondary kind=ButtonType::Button pending=action.pending() icon=Icon::Save name="then" value="leave" form="id" formnovalidate=true wide=true pressed=Signal<Option<bool>> on_click=move |_| ()>"Save"</Button>
//! LinkButton       <LinkButton href="…" variant icon=Icon::Plus wide=true external=true>"Add a site"</LinkButton>
//! TextField        <TextField label="Email" name="email" kind="email" value=… hint="…" error=move || … autocomplete="email" inputmode="email" maxlength=200 required=true optional=false autofocus=true hide_label=true width="max-w-32" list=Signal<Option<String>> on_input=move |text: String| … node_ref />
//! TextArea         <TextArea label="What happened?" name="during" rows=5 mono=true value=… hint error maxlength required on_input node_ref />
//! SelectField      <SelectField label="Site" name="site" options=vec![(value, label)] value=… blank="Choose a site" hint error on_change node_ref />
//! RadioGroup       <RadioGroup label="Severity" name="severity" options=vec![(value, label)] value=… inline=true hint error on_change />
//! DateTimeField    <DateTimeField label="When" name="at" value="2026-11-20T18:45" min max date_only=false hint error on_input node_ref />
//! Checkbox         <Checkbox label="Send me an email" name="mail" checked=true value="true" id hint error hide_label=true on_change=move |on: bool| … />
//! SearchField      <SearchField label="Search people" name="q" value=… on_input node_ref />
//! FormCard         <FormCard error own_path>a form</FormCard>   a form with a page of its own
//! FormActions      <FormActions cancel="/t/sites"><Button>"Add site"</Button></FormActions>   the last row of a form
//! ErrorSummary     <ErrorSummary errors=move || vec![("email".to_owned(), "Enter your email".to_owned())] title="…" />
//! ActionBar        <ActionBar note="…"><Button>"Continue"</Button><Button variant=…>"Save and leave"</Button></ActionBar>   sticks to the bottom, last in its form
//! Alert            <Alert tone=Tone::Danger title="…" quiet=false>…</Alert>
//! EmailAddress     <EmailAddress address="linh@banksia.example" />
//! StatusBadge      <StatusBadge tone=Tone::Waiting label="Waiting for sign-off" icon=Icon::Clock />
//! CountBadge       <CountBadge count=Signal<u32> what="unread" />
//! Card             <Card title="People" lead="…" action=|| view! { … } flush=true id>…</Card>
//! Stat             <Stat label="Open" value="12" explanation="3 more than last month" href="…" tone=Tone::Waiting />
//! DataTable        <DataTable caption="Incidents" columns=vec![Column::new("When").sortable(href, Some(SortDirection::Descending)), Column::new("Count").numeric(), Column::new("Actions").hidden_label()] show_caption=false>rows</DataTable>
//! Row, cells       <Row><LinkCell href="…">"Fall"</LinkCell><Cell label="When">…</Cell><Cell label="Count" numeric=true nowrap=true>…</Cell></Row>
//! Pagination       <Pagination first=Option<String> previous=Option<String> next=Option<String> />
//! EmptyState       <EmptyState title="No reports yet" text="…" icon=Icon::List><LinkButton …/></EmptyState>
//! NoMatch          <NoMatch title="No report matches" text="…" all="/t/incidents" />
//! Skeleton         <Skeleton lines=3 />   <TableSkeleton rows=6 />   <StatSkeleton count=4 />
//! Disclosure       <Disclosure summary="Show an example" open=false>…</Disclosure>
//! Dialog           <Dialog id="end" title="End the session?" open=RwSignal<bool>>…</Dialog>
//! ChartCard        <ChartCard title="Most happen on weekday evenings" lead="…" table=view! { <DataTable …/> }.into_any()>a chart</ChartCard>   in ui::charts, like the following
//! LineChart        <LineChart label="Reports by week" points=vec![LinePoint { short, label, value, href }] />
//! BarList          <BarList bars=vec![Bar { label, note, value, href }] />
//! StackedBars      <StackedBars bars=vec![StackedBar { label, note, total, href, parts }] />
//! HeatMap          <HeatMap caption="…" columns=vec!["6 pm".to_owned()] rows=vec![(name, short, vec![HeatCell { value, label, href }])] />
//! Distribution     <Distribution rows=vec![Spread { label, words, median, p90, href }] />
//! StepProgress     <StepProgress steps=vec![Step { label, href, done }] current=2 />
//! JobProgress      <JobProgress label="Writing the questions" percent=Signal<Option<u8>>>way on</JobProgress>
//! fresh            fresh(key, view): makes a form anew when it stands for something else
//! saving           <SaveProblem error own_path />  <RevisionField revision error />  error_of(action)  error_at(error, "field")  successes(action)
//! ListState        ListState::<Id>::read(query)  .href(path)  list_controls(state, path, "Search people", ("Show archived ones", "Hide them"))  list_pages(&state, next, path)
//! LocalTime        <LocalTime instant tz now=server_now date_only=true />   format_moment, format_day, format_time_of_day, format_relative
//! Icon             {Icon::Bell.view()}  {Icon::Bell.small()}  {Icon::Bell.sized("size-8 text-muted")}
//! ```
//!
//! Classes of the theme: surfaces `bg-base-100` (card) on `bg-base-200` (page), lines `border-base-300`, text
//! `text-base-content` and `text-muted`, accent `text-primary`, status `text-success|warning|error|info`; sizes `text-title`,
//! `text-section`, `text-subsection` (h1 to h3 have them); `text-link` for links in sentences; `fields` spaces the fields of
//! a form; `no-print`; `<mark>` for evidence. Inline `style` attributes are not used: the content security policy forbids
//! them.

mod action_bar;
mod alert;
mod badge;
mod button;
mod card;
pub mod charts;
mod dialog;
mod disclosure;
mod email;
mod empty;
mod error_summary;
mod field;
mod form;
mod frame;
mod fresh;
mod icon;
mod page_header;
mod pagination;
mod progress;
mod saving;
mod searched_list;
mod skeleton;
mod stat;
mod table;
mod time;
mod unpack;

pub use action_bar::ActionBar;
pub use alert::Alert;
pub use badge::{CountBadge, StatusBadge, Tone};
pub use button::{Button, ButtonType, ButtonVariant, LinkButton};
pub use card::Card;
pub use dialog::Dialog;
pub use disclosure::Disclosure;
pub use email::EmailAddress;
pub use empty::{EmptyState, NoMatch};
pub use error_summary::ErrorSummary;
pub use field::{Checkbox, DateTimeField, RadioGroup, SearchField, SelectField, TextArea, TextField};
pub use form::{FormActions, FormCard};
pub use frame::{AppFrame, AuthFrame, FrameModel, NarrowFrame, NavGroup, NavItem};
pub use fresh::fresh;
pub use icon::Icon;
pub use page_header::PageHeader;
pub use pagination::Pagination;
pub use progress::{JobProgress, Step, StepProgress};
pub use saving::{RevisionField, SaveProblem, error_at, error_of, successes};
pub use searched_list::{ListState, list_controls, list_pages};
pub use skeleton::{Skeleton, StatSkeleton, TableSkeleton};
pub use stat::Stat;
pub use table::{Cell, Column, DataTable, LinkCell, Row, SortDirection};
pub use time::{LocalTime, format_day, format_moment, format_relative, format_time_of_day};
pub use unpack::{ErrorPage, Unpack};
