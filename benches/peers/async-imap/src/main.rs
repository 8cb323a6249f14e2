//! async-imap as a contestant: tokio's current-thread runtime, TCP_NODELAY set. Arguments and output are those of
//! benches/common/contest.h.

mod cost;

use async_imap::types::Fetch;
use async_imap::{Client, Session};
use cost::Cost;
use futures::TryStreamExt;
use std::fmt::Debug;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error>;

/// What carries a session, in clear or over TLS.
trait Carrier: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Carrier for T {}
type Open = Session<Box<dyn Carrier>>;

const WORKLOADS: &[&str] = &[
    "meta", "env", "body", "huge", "search", "list", "noop", "append", "appends", "conn", "idle",
];

struct Job {
    workload: String,
    n: u32,
    port: u16,
    tls: Option<tokio_native_tls::TlsConnector>,
}

#[derive(Default)]
struct Sums {
    count: u64,
    check: Option<u64>,
    session_kib: f64,
}

impl Job {
    fn from_arguments(args: &[String]) -> Result<Job, Failure> {
        let tls = match args.get(4).filter(|ca| !ca.is_empty()) {
            Some(ca) => {
                let ca = native_tls::Certificate::from_pem(&std::fs::read(ca)?)?;
                Some(
                    native_tls::TlsConnector::builder()
                        .add_root_certificate(ca)
                        .build()?
                        .into(),
                )
            }
            None => None,
        };
        Ok(Job {
            workload: args[1].clone(),
            n: args[2].parse()?,
            port: args[3].parse()?,
            tls,
        })
    }

    async fn login(&self) -> Result<Open, Failure> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await?;
        tcp.set_nodelay(true)?;
        let carrier: Box<dyn Carrier> = match &self.tls {
            Some(tls) => Box::new(tls.connect("localhost", tcp).await?),
            None => Box::new(tcp),
        };
        let mut client = Client::new(carrier);
        client.read_response().await?.ok_or("no greeting")?;
        client.login("alice", "secret").await.map_err(|(e, _)| e.into())
    }

    fn mailbox(&self) -> String {
        let kind = if self.workload == "huge" { "huge" } else { "n" };
        format!("{kind}{}", self.n)
    }
}

async fn fetch(session: &mut Open, items: &str, mut read: impl FnMut(&Fetch) -> u64) -> Result<Sums, Failure> {
    let (mut count, mut check) = (0, 0);
    let mut rows = session.fetch("1:*", items).await?;
    while let Some(row) = rows.try_next().await? {
        check += read(&row);
        count += 1;
    }
    Ok(Sums {
        count,
        check: Some(check),
        session_kib: 0.0,
    })
}

fn read_meta(row: &Fetch) -> u64 {
    std::hint::black_box(row.flags().count());
    u64::from(row.uid.unwrap_or(0)) + u64::from(row.size.unwrap_or(0))
}

fn read_env(row: &Fetch) -> u64 {
    let to = row.envelope().and_then(|e| e.to.as_deref()).unwrap_or(&[]);
    let octets: usize = to
        .iter()
        .filter_map(|a| Some(a.mailbox.as_ref()?.len() + a.host.as_ref()?.len()))
        .sum();
    u64::from(row.uid.unwrap_or(0)) + octets as u64
}

fn read_body(row: &Fetch) -> u64 {
    let octets = row.body().unwrap_or(&[]);
    octets.len() as u64 + octets.iter().rev().nth(2).map_or(0, |&b| u64::from(b))
}

fn read_huge(row: &Fetch) -> u64 {
    let octets = row.body().unwrap_or(&[]);
    octets.len() as u64 + octets.iter().step_by(65536).map(|&b| u64::from(b)).sum::<u64>()
}

/// Lines of 64 octets in blocks of 64 KiB, each of which begins with its letter.
fn message(len: usize) -> Vec<u8> {
    let line = b"A line of sixty-four octets, as an attachment in base64 has th\r\n";
    let mut octets: Vec<u8> = line.iter().copied().cycle().take(len).collect();
    for (block, octet) in octets.iter_mut().step_by(65536).enumerate() {
        *octet = b'a' + (block % 26) as u8;
    }
    octets
}

/// The workloads on one connection with a mailbox selected.
async fn run(job: &Job, session: &mut Open, message: &[u8]) -> Result<Sums, Failure> {
    let n = u64::from(job.n);
    let counted = Sums {
        count: n,
        ..Sums::default()
    };
    Ok(match job.workload.as_str() {
        "meta" => fetch(session, "(UID FLAGS INTERNALDATE RFC822.SIZE)", read_meta).await?,
        "env" => fetch(session, "(UID FLAGS ENVELOPE BODYSTRUCTURE)", read_env).await?,
        "body" => fetch(session, "(UID BODY.PEEK[])", read_body).await?,
        "huge" => Sums {
            count: n,
            ..fetch(session, "(UID BODY.PEEK[])", read_huge).await?
        },
        "search" => {
            let ids = session.uid_search("ALL").await?;
            Sums {
                count: ids.len() as u64,
                check: Some(ids.iter().map(|&id| u64::from(id)).sum()),
                session_kib: 0.0,
            }
        }
        "list" => {
            let (mut count, mut check) = (0, 0);
            let mut names = session.list(Some(""), Some("*")).await?;
            while let Some(name) = names.try_next().await? {
                check += name.name().len() as u64;
                count += 1;
            }
            Sums {
                count,
                check: Some(check),
                session_kib: 0.0,
            }
        }
        "noop" => {
            for _ in 0..n {
                session.noop().await?;
            }
            counted
        }
        "append" => {
            session.append("INBOX", None, None, message).await?;
            counted
        }
        "appends" => {
            for _ in 0..n {
                session.append("INBOX", None, None, message).await?;
            }
            counted
        }
        other => return Err(format!("{other}: no such workload here").into()),
    })
}

/// The workloads that are about sessions.
async fn run_sessions(job: &Job) -> Result<Sums, Failure> {
    if job.workload == "conn" {
        for _ in 0..job.n {
            job.login().await?.logout().await?;
        }
        return Ok(Sums {
            count: u64::from(job.n),
            ..Sums::default()
        });
    }
    let _first = job.login().await?;
    let before = cost::status_kib("VmRSS:");
    let mut held = Vec::new();
    for _ in 0..job.n {
        let mut idle = job.login().await?.idle();
        idle.init().await?;
        held.push(idle);
    }
    let session_kib = (cost::status_kib("VmRSS:") - before) / f64::from(job.n);
    Ok(Sums {
        count: held.len() as u64,
        check: None,
        session_kib,
    })
}

async fn contest(args: Vec<String>) -> Result<(), Failure> {
    let job = Job::from_arguments(&args)?;
    let (sums, spent);
    if job.workload == "conn" || job.workload == "idle" {
        cost::files_raise();
        let cost = Cost::begin();
        sums = run_sessions(&job).await?;
        spent = cost.end();
    } else {
        let mut session = job.login().await?;
        session.select(job.mailbox()).await?;
        let octets = match job.workload.as_str() {
            "append" => message((job.n as usize) << 20),
            "appends" => message(4096),
            _ => Vec::new(),
        };
        let cost = Cost::begin();
        sums = run(&job, &mut session, &octets).await?;
        spent = cost.end();
    }
    print!("count={} ", sums.count);
    if let Some(check) = sums.check {
        print!("check={check} ");
    }
    if sums.session_kib > 0.0 {
        print!("session_kib={:.2} ", sums.session_kib);
    }
    println!("{spent}");
    Ok(())
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).is_some_and(|a| a == "--list") {
        WORKLOADS.iter().for_each(|w| println!("{w}"));
        return Ok(());
    }
    if args.len() < 4 {
        return Err("usage: peer-async-imap WORKLOAD N PORT [CA_FILE]".into());
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(contest(args))
}
