package io.bilgewatch.agent.web;

import io.bilgewatch.agent.guard.Verdict;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/**
 * One connection: reads a request, has it answered, sends the answer, and only then reads on, so
 * that a client that pipelines waits for itself. Everything here runs on the event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {

  /** A request that came in; what can't be understood ends the connection. */
  private record Incoming(RequestHead head, boolean headersOnly, boolean keepAlive) {
    static Incoming of(HttpRequest request) {
      RequestHead head = RequestHead.read(request);
      boolean headersOnly = request.method().equals(HttpMethod.HEAD);
      boolean understood = head instanceof RequestHead.Understood;
      return new Incoming(head, headersOnly, understood && HttpUtil.isKeepAlive(request));
    }

    static Incoming refused(int status, String text) {
      return new Incoming(new RequestHead.Refused(Response.text(status, text)), false, false);
    }

    boolean isRefused() {
      return head instanceof RequestHead.Refused;
    }
  }

  /** More at once is no client of ours. */
  private static final int MOST_WAITING = 128;

  private static final Response WHO_ARE_YOU =
      Response.text(401, "name and password are asked for here")
          .with("WWW-Authenticate", "Basic realm=\"Bilgewatch\", charset=\"UTF-8\"");

  private static final Response TOO_MANY =
      Response.text(429, "too many ask at once, try again").with("Retry-After", "1");

  private static final Incoming TOO_MUCH = Incoming.refused(429, "too many requests at once");

  private final Connections.Served served;
  private final Deadline deadline;

  /** Complete, not begun: no more than one read of the socket, or one record of TLS, can hold. */
  private final Queue<Incoming> waiting = new ArrayDeque<>();

  private Incoming incomplete;
  private Incoming current;
  private Answer sending;
  private boolean deaf;
  private boolean stopping;

  HttpConnection(Connections.Served served, Deadline deadline) {
    this.served = served;
    this.deadline = deadline;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (deaf) {
      return;
    }
    if (part instanceof HttpRequest head) {
      incomplete = Incoming.of(head);
    }
    if (part.decoderResult().isFailure() && !incomplete.isRefused()) {
      incomplete = Incoming.refused(400, "this is not an HTTP request");
    }
    if (incomplete.isRefused() || part instanceof LastHttpContent) {
      enqueue(ctx, incomplete);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case Deadline.Expired.RECEIVING ->
          enqueue(ctx, Incoming.refused(408, "the request took too long to come"));
      case Deadline.Expired _ -> Farewell.now(ctx);
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (sending != null) {
      sending.body().discard();
      sending = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A client that resets its connection is no event for this host's operator.
    Farewell.now(ctx);
  }

  /** Ends an idle connection now and a busy one after its answer. */
  void stop(ChannelHandlerContext ctx) {
    stopping = true;
    if (current == null) {
      Farewell.now(ctx);
    }
  }

  private void enqueue(ChannelHandlerContext ctx, Incoming incoming) {
    // After a request that was not understood nobody knows where the next one begins.
    deaf |= incoming.isRefused();
    deaf |= waiting.size() == MOST_WAITING;
    waiting.add(deaf && !incoming.isRefused() ? TOO_MUCH : incoming);
    if (current == null) {
      begin(ctx);
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    current = waiting.remove();
    ctx.channel().config().setAutoRead(false);
    deadline.answering(ctx);
    switch (current.head()) {
      case RequestHead.Understood(Request request) -> admit(ctx, request);
      case RequestHead.Refused(Response response) -> send(ctx, Answer.small(response));
    }
  }

  private void admit(ChannelHandlerContext ctx, Request request) {
    served
        .guard()
        .admit(
            request.header("Authorization"),
            peer(ctx),
            ctx.channel()::isActive,
            verdict -> {
              if (ctx.executor().inEventLoop()) {
                judged(ctx, request, verdict);
              } else {
                onTheLoop(ctx, () -> judged(ctx, request, verdict), () -> {});
              }
            });
  }

  /** Who is not served keeps no place either. */
  private void turnAway(ChannelHandlerContext ctx, Response why) {
    stopping = true;
    send(ctx, Answer.small(why));
  }

  private static String peer(ChannelHandlerContext ctx) {
    return ctx.channel().remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "somewhere";
  }

  private void judged(ChannelHandlerContext ctx, Request request, Verdict verdict) {
    switch (verdict) {
      case ADMITTED -> answer(ctx, request);
      case UNKNOWN -> turnAway(ctx, WHO_ARE_YOU);
      case TOO_MANY -> turnAway(ctx, TOO_MANY);
    }
  }

  private void answer(ChannelHandlerContext ctx, Request request) {
    Optional<Routes.Mounted> mounted = served.routes().find(request.path());
    if (mounted.isPresent()) {
      served
          .renderer()
          .render(mounted.get(), request, ctx.channel()::isActive, answer -> deliver(ctx, answer));
    } else {
      send(ctx, Answer.small(Response.text(404, "there is nothing here")));
    }
  }

  /** From the renderer's thread to the event loop, which may have ended meanwhile. */
  private void deliver(ChannelHandlerContext ctx, Answer answer) {
    onTheLoop(ctx, () -> send(ctx, answer), answer.body()::discard);
  }

  private static void onTheLoop(ChannelHandlerContext ctx, Runnable work, Runnable otherwise) {
    try {
      ctx.executor().execute(work);
    } catch (RejectedExecutionException e) {
      otherwise.run();
    }
  }

  private void send(ChannelHandlerContext ctx, Answer answer) {
    if (!ctx.channel().isActive()) {
      answer.body().discard();
      return;
    }
    boolean keepAlive = current.keepAlive() && !stopping;
    sending = answer;
    var _ = ctx.write(head(answer, keepAlive));
    if (current.headersOnly()) {
      answer.body().discard();
    }
    sendNext(ctx, keepAlive);
  }

  private void sendNext(ChannelHandlerContext ctx, boolean keepAlive) {
    Segments body = sending.body();
    ByteBuffer piece = body.poll();
    deadline.sending(ctx);
    if (piece == null) {
      sending = null;
      ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener((ChannelFuture sent) -> finish(ctx, sent, keepAlive));
      return;
    }
    ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
        .addListener((ChannelFuture sent) -> {
          body.giveBack(piece);
          if (sent.isSuccess()) {
            sendNext(ctx, keepAlive);
          } else {
            Farewell.now(ctx);
          }
        });
  }

  private void finish(ChannelHandlerContext ctx, ChannelFuture sent, boolean keepAlive) {
    current = null;
    if (!sent.isSuccess()) {
      Farewell.now(ctx);
    } else if (!keepAlive || stopping) {
      Farewell.say(ctx);
    } else if (!waiting.isEmpty()) {
      begin(ctx);
    } else {
      deadline.idle(ctx);
      ctx.channel().config().setAutoRead(true);
    }
  }

  private HttpResponse head(Answer answer, boolean keepAlive) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    answer.headers().forEach(head.headers()::set);
    served.guard().headers().forEach(head.headers()::set);
    head.headers().set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(Instant.now())));
    // HTTP/1.0 wants to be told that it stays, HTTP/1.1 that it does not: tell both either way.
    head.headers()
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    return head;
  }
}
