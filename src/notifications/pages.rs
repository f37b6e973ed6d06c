//! The page of notifications.

mod notifications;

pub use notifications::NotificationListPage;
