package io.bilgewatch.agent.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The landing page's look, and the policy that allows this style and nothing else. */
final class LandingPageStyle {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--dim:#6b7280;--line:#d8dbe0;--bad:#b00020;--warn:#8a5a00;
      --good:#1a6e34;--paper:#fff;--ink:#16181d}
      @media(prefers-color-scheme:dark){:root{--dim:#9aa1ac;--line:#343841;--bad:#ff8a80;
      --warn:#f2b84b;--good:#7bd88f;--paper:#14161a;--ink:#e6e8ec}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:1rem;max-width:75rem;background:var(--paper);color:var(--ink);
      font:16px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
      h1{margin:0;font-size:1.4rem}h2{margin:1.6rem 0 .4rem;font-size:1.1rem}p{margin:.3rem 0}
      header p{color:var(--dim)}nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin-top:.4rem}
      a{color:inherit}
      table{border-collapse:collapse;width:100%}
      th,td{padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--line);text-align:left;
      vertical-align:top;overflow-wrap:anywhere}
      th{color:var(--dim);font-size:.85rem;font-weight:600;white-space:nowrap}
      meter{display:block;width:100%;min-width:5rem;max-width:9rem;height:.8rem}
      .dim{color:var(--dim)}.good{color:var(--good)}.warn{color:var(--warn)}
      .bad{color:var(--bad);font-weight:700}[title]{text-decoration:underline dotted}
      .notice{border-left:4px solid var(--warn);padding:.4rem .8rem;margin:1rem 0}
      @media(max-width:45rem){thead{display:none}tr{display:block;padding:.5rem 0;
      border-bottom:1px solid var(--line)}td{display:flex;gap:.8rem;padding:.15rem 0;border:0}
      td::before{content:attr(data-label);flex:0 0 6.5rem;color:var(--dim);font-size:.85rem}
      td>div{flex:1;min-width:0}}
      .name{white-space:nowrap}
      pre{overflow-x:auto;padding:.6rem .8rem;border:1px solid var(--line);border-radius:4px}
      code,pre{font:.92em/1.45 ui-monospace,monospace}article{max-width:48rem}
      """;

  /** Loads itself anew. */
  static final String HEAD = head("Bilgewatch", "<meta http-equiv=\"refresh\" content=\"15\">\n");

  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none';"
              .formatted(sha256(STYLE))
          + " frame-ancestors 'none'";

  private LandingPageStyle() {}

  /** Of a page that stays as it is. */
  static String head(String title) {
    return head(title, "");
  }

  private static String head(String title, String more) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>%s</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    %s<style>%s</style></head><body>
    """
        .formatted(Html.escape(title), more, STYLE);
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
