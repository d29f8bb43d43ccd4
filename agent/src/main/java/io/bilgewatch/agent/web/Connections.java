package io.bilgewatch.agent.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;

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

  private final Routes routes;
  private final Renderer renderer;
  private final Limits limits;
  private final ChannelGroup served;
  private final ChannelGroup turnedAway;

  Connections(
      Routes routes,
      Renderer renderer,
      Limits limits,
      ChannelGroup served,
      ChannelGroup turnedAway) {
    this.routes = routes;
    this.renderer = renderer;
    this.limits = limits;
    this.served = served;
    this.turnedAway = turnedAway;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    if (served.size() < limits.connections()) {
      served.add(channel);
      serve(channel);
    } else if (turnedAway.size() < limits.connections()) {
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
    channel
        .pipeline()
        .addLast(
            deadline, new HttpServerCodec(decoder), new HttpConnection(routes, renderer, deadline));
  }

  private static final class TurnAway extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY))
          .addListener((ChannelFuture _) -> Farewell.say(ctx));
    }
  }
}
