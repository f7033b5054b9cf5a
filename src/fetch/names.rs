//! Names to addresses that may be connected to. The connection takes exactly the addresses that were judged here: a
//! name whose server answers differently the next time (DNS rebinding) gains nothing.

use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{FetchError, FetchOptions};

/// The one resolver of the client: every connection to a name comes by here.
pub(super) struct Names {
    /// Who knows the addresses.
    pub(super) source: Arc<dyn Resolve>,
    /// Which of them may be reached.
    pub(super) options: Arc<FetchOptions>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = self.source.resolve(name);
        let options = self.options.clone();
        Box::pin(async move {
            let addresses: Vec<_> = answer.await.map_err(|_| FetchError::NotFound)?.collect();
            if addresses.is_empty() {
                return Err(FetchError::NotFound.into());
            }
            // one that is not public refuses the whole name: honest public names have none, and picking the others
            // would leave a way to try again
            if !addresses.iter().all(|address| options.may_reach(address.ip())) {
                return Err(FetchError::PrivateAddress.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The resolver of the operating system: its hosts file, then DNS.
pub(super) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // port 0 is replaced by that of the address
            let addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
