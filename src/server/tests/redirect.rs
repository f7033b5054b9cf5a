use super::{super::redirect_to_https, *};

#[tokio::test]
async fn plain_http_leads_to_the_configured_host_whatever_the_client_says() {
    let (listener, address) = listen().await;
    let base = "https://blog.example".parse().expect("an address");
    tokio::spawn(redirect_to_https(listener, &base, far(), std::future::pending()));

    for (line, target) in [
        ("GET /posts?page=2 HTTP/1.1", "https://blog.example/posts?page=2"),
        ("POST /login HTTP/1.1", "https://blog.example/login"),
        ("GET http://evil.example/x HTTP/1.1", "https://blog.example/x"),
        ("GET //evil.example/x HTTP/1.1", "https://blog.example//evil.example/x"),
        ("GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1", "https://blog.example/%0d%0aSet-Cookie:%20a=b"),
        ("OPTIONS * HTTP/1.1", "https://blog.example/"),
    ] {
        let mut client = TcpStream::connect(address).await.expect("connected");
        let forged = format!(
            "{line}\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n"
        );
        let answer = ask(&mut client, &forged).await;
        assert!(answer.starts_with("HTTP/1.1 308"), "{line}: {answer}");
        assert!(answer.contains(&format!("location: {target}\r\n")), "{line}: {answer}");
    }
}
