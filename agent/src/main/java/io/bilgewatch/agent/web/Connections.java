package io.bilgewatch.agent.web;

import io.bilgewatch.agent.guard.Guard;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;

/** Sets up each accepted connection, or turns it away where there are too many. */
final class Connections extends ChannelInitializer<SocketChannel> {
  private static final byte[] TOO_MANY =
      """
      HTTP/1.1 503 Service Unavailable\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Length: 21\r
      Connection: close\r
      \r
      too many connections
      """
          .getBytes(StandardCharsets.US_ASCII);

  /** To tell a client that it was the end, which may not be reading. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Served what;
  private final Limits limits;
  private final ChannelGroup served;
  private final ChannelGroup turnedAway;

  /**
   * What every connection is served by.
   *
   * @param handshakes computes what TLS needs to begin
   */
  record Served(Routes routes, Renderer renderer, Guard guard, Executor handshakes) {}

  Connections(Served what, Limits limits, ChannelGroup served, ChannelGroup turnedAway) {
    this.what = what;
    this.limits = limits;
    this.served = served;
    this.turnedAway = turnedAway;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    if (served.size() < limits.connections()) {
      served.add(channel);
      serve(channel);
    } else if (turnedAway.size() < limits.connections() && !what.guard().isEncrypted()) {
      turnedAway.add(channel);
      channel.pipeline().addLast(new TurnAway());
    } else {
      Farewell.now(channel);
    }
  }

  private void serve(SocketChannel channel) {
    Deadline deadline = new Deadline(limits);
    HttpDecoderConfig decoder =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.lineBytes())
            .setMaxHeaderSize(limits.headerBytes())
            .setInitialBufferSize(256);
    channel.pipeline().addLast(deadline);
    what.guard().engine().ifPresent(engine -> channel.pipeline().addLast(tls(engine)));
    channel.pipeline().addLast(new HttpServerCodec(decoder), new HttpConnection(what, deadline));
  }

  private SslHandler tls(SSLEngine engine) {
    SslHandler handler = new SslHandler(engine, what.handshakes());
    handler.setHandshakeTimeoutMillis(limits.requestTime().toMillis());
    handler.setCloseNotifyFlushTimeoutMillis(GOODBYE.toMillis());
    return handler;
  }

  private static final class TurnAway extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY))
          .addListener((ChannelFuture _) -> Farewell.say(ctx));
    }
  }
}
