//! Real web servers, set up by the kit: the advice page is shown, with strict headers, and nobody who reads it is logged.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sluss_tests::process::{Process, run, wait_for};
use tempfile::TempDir;

use super::{drop_with_address, write_kit};

const PATIENCE: Duration = Duration::from_secs(30);
/// Headers of the page: each once, with this in it.
const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; style-src 'sha256-"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// A website with the kit in it.
struct Site {
    folder: TempDir,
    address: SocketAddr,
    onion: String,
}

impl Site {
    fn new() -> Result<Self> {
        let (rig, onion) = drop_with_address()?;
        let kit = write_kit(&rig)?;
        let folder = tempfile::tempdir()?;
        // Web servers that root starts read as somebody else.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        fs::create_dir(folder.path().join("log"))?;
        fs::create_dir(folder.path().join("nowhere"))?;
        let site = Self { folder, address: TcpListener::bind("127.0.0.1:0")?.local_addr()?, onion };
        run(Command::new("cp").arg("--recursive").arg("--preserve=mode").arg(kit).arg(site.path("kit")))?;
        for snippet in ["nginx.conf", "apache.conf", "Caddyfile"] {
            let text = fs::read_to_string(site.path("kit").join(snippet))?;
            let here = site.path("kit/visselblasning").display().to_string();
            fs::write(site.path("kit").join(snippet), text.replace("/var/www/visselblasning", &here))?;
        }
        Ok(site)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Fills in the server's own configuration.
    fn configure(&self, text: &str) -> Result<PathBuf> {
        let filled = text
            .replace("@SITE@", &self.folder.path().display().to_string())
            .replace("@ADDRESS@", &self.address.to_string());
        let path = self.path("server.conf");
        fs::write(&path, filled)?;
        Ok(path)
    }

    fn ask(&self, method: &str, path: &str) -> Result<(String, String)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("{method} {path}: {answer}"))?;
        Ok((head.to_ascii_lowercase(), body.to_owned()))
    }

    /// Starts the server and reads the page as anybody would.
    fn visit(&self, name: &str, mut server: Command) -> Result<()> {
        let mut server = Process::start(name, &mut server, &self.path("log/server"))?;
        server.wait_for("an answer", PATIENCE, |_| Ok(TcpStream::connect(self.address).ok()))?;
        for (path, lang) in [("/visselblasning/", "sv"), ("/visselblasning/en/index.html", "en")] {
            let (head, body) = self.ask("GET", path)?;
            ensure!(head.starts_with("http/1.1 200"), "{name} {path}: {head}");
            ensure!(body.contains(&format!("{}/{lang}/", self.onion)), "{name} {path}: {body}");
            for (header, value) in HEADERS {
                let found: Vec<&str> = head.lines().filter(|line| line.starts_with(&format!("{header}:"))).collect();
                ensure!(found.len() == 1 && found[0].contains(value), "{name} {path}: {header}: {found:?}");
            }
            for without in ["onion-location", "set-cookie"] {
                ensure!(!head.lines().any(|line| line.starts_with(without)), "{name} {path}: {without}: {head}");
            }
        }
        let (moved, _) = self.ask("GET", "/visselblasning")?;
        ensure!(moved.starts_with("http/1.1 301") && moved.contains("/visselblasning/"), "{name}: {moved}");
        ensure!(self.ask("GET", "/visselblasning/nothing")?.0.starts_with("http/1.1 404"), "{name}");
        let (posted, _) = self.ask("POST", "/visselblasning/")?;
        ensure!(posted.starts_with("http/1.1 403") || posted.starts_with("http/1.1 405"), "{name}: {posted}");

        // Whatever came before the last request is in the logs, if it ever comes there.
        self.ask("GET", "/elsewhere")?;
        let logs = || -> Result<String> {
            let mut all = String::new();
            for log in fs::read_dir(self.path("log"))? {
                all += &fs::read_to_string(log?.path())?;
            }
            Ok(all)
        };
        let logged =
            wait_for("a line in the log", PATIENCE, || Ok(Some(logs()?).filter(|all| all.contains("/elsewhere"))))?;
        ensure!(!logged.contains("visselblasning"), "{name} logs who reads the page: {logged}");
        server.end().map(drop)
    }
}

/// Asks the server whether its configuration is sound.
fn sound(program: &str, arguments: &[&str], config: &Path) -> Result<()> {
    run(Command::new(program).args(arguments).arg(config)).map(drop)
}

#[test]
fn nginx_shows_the_page_and_logs_nobody() -> Result<()> {
    let site = Site::new()?;
    let config = site.configure(
        "daemon off; pid @SITE@/pid; error_log @SITE@/log/error info;\n\
         events {}\n\
         http {\n\
           access_log @SITE@/log/access;\n\
           client_body_temp_path @SITE@/body; proxy_temp_path @SITE@/proxy; fastcgi_temp_path @SITE@/fastcgi;\n\
           uwsgi_temp_path @SITE@/uwsgi; scgi_temp_path @SITE@/scgi;\n\
           types { text/html html; }\n\
           server { listen @ADDRESS@; root @SITE@/nowhere; include @SITE@/kit/nginx.conf; }\n\
         }\n",
    )?;
    sound("/usr/sbin/nginx", &["-t", "-c"], &config)?;
    let mut server = Command::new("/usr/sbin/nginx");
    server.arg("-c").arg(&config);
    site.visit("nginx", server)
}

#[test]
fn apache_shows_the_page_and_logs_nobody() -> Result<()> {
    let site = Site::new()?;
    let config = site.configure(
        "ServerRoot @SITE@\nServerName localhost\nListen @ADDRESS@\nPidFile @SITE@/pid\nDefaultRuntimeDir @SITE@\n\
         LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n\
         LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n\
         LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so\n\
         LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so\n\
         LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so\n\
         LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so\n\
         LoadModule setenvif_module /usr/lib/apache2/modules/mod_setenvif.so\n\
         User www-data\nGroup www-data\nTypesConfig /dev/null\nAddType text/html html\n\
         ErrorLog @SITE@/log/error\nLogLevel info\nLogFormat \"%r\" short\nCustomLog @SITE@/log/access short env=!sluss\n\
         DocumentRoot @SITE@/nowhere\nInclude @SITE@/kit/apache.conf\n",
    )?;
    sound("/usr/sbin/apache2", &["-t", "-f"], &config)?;
    let mut server = Command::new("/usr/sbin/apache2");
    server.arg("-DFOREGROUND").arg("-f").arg(&config);
    site.visit("apache", server)
}

#[test]
fn caddy_shows_the_page_and_logs_nobody() -> Result<()> {
    let site = Site::new()?;
    let config = site.configure(
        "{\n\tadmin off\n\tauto_https off\n}\n\
         http://@ADDRESS@ {\n\
         \tlog {\n\t\toutput file @SITE@/log/access\n\t}\n\
         \timport @SITE@/kit/Caddyfile\n\
         \troot * @SITE@/nowhere\n\tfile_server\n}\n",
    )?;
    sound("caddy", &["validate", "--adapter", "caddyfile", "--config"], &config)?;
    let mut server = Command::new("caddy");
    server.args(["run", "--adapter", "caddyfile", "--config"]).arg(&config).env("HOME", site.folder.path());
    site.visit("caddy", server)
}
