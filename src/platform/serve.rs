//! The server: its router, its background worker, and an orderly end.

use super::{Services, health, http as surface, posted::Posted, session, trace};
use crate::{
    app, audit, chat, dashboards, data_requests,
    error::AppError,
    incidents::export,
    jobs,
    knowledge::{download, upload::MAX_UPLOAD_BYTES, uploading},
    usage,
};
use anyhow::Context;
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, Uri, header};
use leptos::config::{LeptosOptions, get_configuration};
use leptos::{nonce::Nonce, prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};
use leptos_axum::{AxumRouteListing, generate_route_list};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
    services::ServeDir,
};

/// How long running requests and jobs may take to finish once the server is told to stop.
pub const DRAIN: Duration = Duration::from_secs(30);
/// Four phases of 20,000 characters, percent-encoded, with room to spare.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// What the router's handlers share.
#[derive(Clone, axum::extract::FromRef)]
struct ServerState {
    services: Services,
    leptos: LeptosOptions,
}

/// Installs the recorder behind /metrics; once in a process.
pub fn record_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full("http_request_duration_seconds".to_owned()),
            &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0],
        )?
        .install_recorder()
        .context("metrics can't be recorded")
}

/// Everything the server answers.
pub fn router(services: Services, leptos: LeptosOptions, metrics: PrometheusHandle) -> Router {
    let state = ServerState { services: services.clone(), leptos: leptos.clone() };
    trace::follow_pages();
    let routes = generate_route_list(app::App);
    let pages = Router::new()
        .route("/api/{*function}", post(server_function).get(server_function))
        .route("/{tenant}/usage/export", get(usage::export::download))
        .route("/{tenant}/dashboard/export", get(dashboards::export::download))
        .route("/{tenant}/audit/export", get(audit::export::download))
        .route("/{tenant}/incidents/{id}/export.json", get(export::download::json))
        .route("/{tenant}/incidents/{id}/export.pdf", get(export::download::pdf))
        .route("/{tenant}/data-requests/{id}/file", get(data_requests::download::download))
        .route("/{tenant}/chat/messages/{id}/stream", get(chat::stream::follow))
        .route("/{tenant}/chat/{id}/export", get(chat::export::download))
        .merge(file_routes())
        .merge(page_routes(routes))
        .layer(session::layer(&services.config, services.pool.clone()))
        .layer(middleware::from_fn_with_state(services.clone(), surface::same_origin))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics).layer(Extension(metrics)))
        // These would otherwise read as the address of a tenant.
        .route("/favicon.svg", get(file_or_not_found))
        .route("/app-icon.svg", get(file_or_not_found))
        .merge(pages)
        .fallback(file_or_not_found)
        .layer(middleware::from_fn_with_state(services.clone(), surface::security_headers))
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
                SizeAbove::new(1024)
                    .and(NotForContentType::IMAGES)
                    .and(NotForContentType::new("font/"))
                    .and(NotForContentType::SSE), // pieces would wait for each other
            ),
        )
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(services, surface::observe))
        .with_state(state)
}

/// The only routes that take large bodies; they never hold one in memory.
fn file_routes() -> Router<ServerState> {
    let limit = DefaultBodyLimit::max(MAX_UPLOAD_BYTES);
    Router::new()
        .route("/{tenant}/knowledge/files", post(uploading::upload).layer(limit))
        .route("/{tenant}/knowledge/{document}/file", post(uploading::replace).layer(limit))
        .route("/{tenant}/knowledge/{document}/original", get(download::download))
}

fn page_routes(routes: Vec<AxumRouteListing>) -> Router<ServerState> {
    routes.iter().fold(Router::new(), |router, route| router.route(route.path(), get(page).post(page_again)))
}

async fn page(State(state): State<ServerState>, request: Request<Body>) -> Response {
    render_page(state, request, None).await
}

/// A page whose form was refused and comes back to it.
async fn page_again(State(state): State<ServerState>, request: Request<Body>) -> Response {
    match Posted::take(request).await {
        Ok((posted, request)) => render_page(state, request, Some(posted)).await,
        Err(rejection) => rejection.into_response(),
    }
}

async fn render_page(state: ServerState, request: Request<Body>, posted: Option<Posted>) -> Response {
    let ServerState { services, leptos } = state;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let nonce = Nonce::new();
    let policy = surface::content_security_policy(&nonce);
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide(&services, peer);
            provide_context(nonce.clone());
            if let Some(posted) = &posted {
                provide_context(posted.clone());
            }
        },
        move || app::shell(leptos.clone()),
    );
    with_policy(render(request).await.into_response(), &policy)
}

async fn server_function(State(state): State<ServerState>, request: Request<Body>) -> Response {
    let services = state.services;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let response = leptos_axum::handle_server_fns_with_context(move || provide(&services, peer), request).await;
    with_status_of_error(response.into_response()).await
}

/// The library answers every error of a server function with 500. A form posted without JavaScript
/// has its redirect instead and is left alone.
async fn with_status_of_error(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key(SERVER_FN_ERROR_HEADER)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes)
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn provide(services: &Services, peer: Option<ConnectInfo<SocketAddr>>) {
    provide_context(services.clone());
    if let Some(peer) = peer {
        provide_context(peer);
    }
}

/// A file of the site, or the page that says that there is nothing here.
async fn file_or_not_found(State(state): State<ServerState>, request: Request<Body>) -> Response {
    let nonce = Nonce::new();
    let policy = surface::content_security_policy(&nonce);
    let encodings = request.headers().get(header::ACCEPT_ENCODING).cloned();
    match open_file(&state.leptos.site_root, request.uri().clone(), encodings).await {
        Ok(Some(file)) => return with_policy(file, &policy),
        Ok(None) => (),
        Err(error) => {
            tracing::error!(error.kind = ?error.kind(), "a file of the site can't be opened");
            return (StatusCode::SERVICE_UNAVAILABLE, "This file can't be read right now. Try again in a minute.")
                .into_response();
        }
    }
    let services = state.services.clone();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let handler = leptos_axum::file_and_error_handler_with_context(
        move || {
            provide(&services, peer);
            provide_context(nonce.clone());
        },
        app::shell,
    );
    with_policy(handler(request.uri().clone(), State(state.leptos), request).await.into_response(), &policy)
}

/// The file of the site at an address, if there is one. Fails if it is there and can't be opened just
/// now, such as when the process has too many open files: the library's own handler calls that not found.
async fn open_file(root: &str, address: Uri, encodings: Option<HeaderValue>) -> io::Result<Option<Response>> {
    let mut wanted = Request::builder().uri(address);
    if let Some(encodings) = encodings {
        wanted = wanted.header(header::ACCEPT_ENCODING, encodings);
    }
    let wanted = wanted.body(Body::empty()).map_err(io::Error::other)?;
    match ServeDir::new(root).precompressed_gzip().precompressed_br().try_call(wanted).await {
        Ok(file) => Ok((file.status() == StatusCode::OK).then(|| file.into_response())),
        // No file can have such a name.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends the policy whose nonce the page's scripts carry.
fn with_policy(mut response: Response, policy: &str) -> Response {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The options of the pages: those of the deployed server's Leptos.toml where there is one, else
/// what the build and the environment say.
pub fn leptos_options() -> anyhow::Result<LeptosOptions> {
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    Ok(get_configuration(file).context("Leptos.toml can't be used")?.leptos_options)
}

/// Opens the address to serve on.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} can't be opened; if another server runs there, stop it or set LEPTOS_SITE_ADDR to another address")
    })
}

/// Serves until told to stop, then lets running requests, jobs and mails finish.
pub async fn run(
    services: Services,
    leptos: LeptosOptions,
    listener: TcpListener,
    with_worker: bool,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let router = router(services.clone(), leptos, record_metrics()?);
    let worker = with_worker.then(|| tokio::spawn(jobs::run_worker(services.clone(), stop.clone())));
    let stopping = stop.clone();
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { stopping.cancelled().await });
    let server = tokio::spawn(server.into_future());
    stop.cancelled().await;
    tracing::info!("stopping: no new work is taken");
    services.answers.close();
    let finish = async {
        let _ = server.await;
        if let Some(worker) = worker {
            let _ = worker.await;
        }
        services.tasks.close();
        services.tasks.wait().await;
    };
    if tokio::time::timeout(DRAIN, finish).await.is_err() {
        tracing::warn!("some work did not finish in time and was cut off; jobs are taken up again");
    }
    services.log.flush().await;
    services.pool.close().await;
    Ok(())
}

/// Ends when the process is asked to stop (Ctrl-C, SIGTERM).
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! { _ = interrupt => (), _ = terminate.recv() => () },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

#[cfg(all(test, unix))]
mod tests {
    use super::open_file;
    use std::{env, fs, os::unix::fs::symlink};
    use uuid::Uuid;

    #[tokio::test]
    async fn only_a_file_that_is_there_and_cannot_be_opened_is_trouble() {
        let root = env::temp_dir().join(format!("supportsignal-site-{}", Uuid::now_v7()));
        fs::create_dir(&root).unwrap();
        fs::write(root.join("there.svg"), "<svg/>").unwrap();
        symlink("loop.svg", root.join("loop.svg")).unwrap();
        let open = async |path: &str| {
            open_file(&root.to_string_lossy(), path.parse().unwrap(), None).await.map(|file| file.is_some())
        };
        assert!(open("/there.svg").await.unwrap());
        let long = format!("/{}", "a".repeat(300));
        for path in ["/missing.svg", "/there.svg/under", "/", "/%00", "/..%2f..%2fetc%2fhosts", long.as_str()] {
            assert!(!open(path).await.unwrap(), "{path}");
        }
        assert!(open("/loop.svg").await.is_err());
        fs::remove_dir_all(&root).unwrap();
    }
}
