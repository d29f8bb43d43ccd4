package io.bilgewatch.agent.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may still be sending. A socket that is closed with unread bytes
 * is reset, and the client never sees the answer that says why.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
  private static final int LINGER_SECONDS = 1;

  private Farewell() {}

  /** Ends our half, and throws away what comes until the client ends its own, for one second. */
  static void say(ChannelHandlerContext ctx) {
    SocketChannel channel = (SocketChannel) ctx.channel();
    channel.pipeline().addFirst(new Farewell());
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      var _ = channel.shutdownOutput();
    } else {
      // Else it could have been cut off by somebody on the way.
      tls.closeOutbound()
          .addListener(_ -> {
            var _ = channel.shutdownOutput();
          });
    }
    channel.config().setAutoRead(true);
    var _ = ctx.executor().schedule(() -> now(channel), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  /** Closes at once; whether that succeeds is of no use to anybody. */
  static void now(ChannelOutboundInvoker connection) {
    var _ = connection.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    ReferenceCountUtil.release(bytes);
  }
}
