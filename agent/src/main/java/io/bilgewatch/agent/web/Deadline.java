package io.bilgewatch.agent.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The one clock of a connection. Stands before the decoder, because a request begins with its first
 * byte: a client that drips bytes gets as much time as any other.
 */
final class Deadline extends ChannelInboundHandlerAdapter {

  /** The event that is fired when time is up. */
  enum Expired {
    IDLE,
    RECEIVING,
    ANSWERING,
    SENDING
  }

  private final Limits limits;
  private Expired phase = Expired.IDLE;
  private Future<?> timer;

  Deadline(Limits limits) {
    this.limits = limits;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // A client that connects has something to say.
    arm(ctx, Expired.IDLE, limits.requestTime());
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (phase == Expired.IDLE) {
      arm(ctx, Expired.RECEIVING, limits.requestTime());
    }
    ctx.fireChannelRead(bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }

  /** A request is complete, and its answer is being made. */
  void answering(ChannelHandlerContext ctx) {
    arm(ctx, Expired.ANSWERING, limits.answerTime());
  }

  /** Another piece of the answer goes out. */
  void sending(ChannelHandlerContext ctx) {
    arm(ctx, Expired.SENDING, limits.sendTime());
  }

  /** The answer is out, the next request may come. */
  void idle(ChannelHandlerContext ctx) {
    arm(ctx, Expired.IDLE, limits.idleTime());
  }

  private void arm(ChannelHandlerContext ctx, Expired next, Duration time) {
    cancel();
    phase = next;
    timer =
        ctx.executor()
            .schedule(
                () -> ctx.pipeline().fireUserEventTriggered(next),
                time.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
