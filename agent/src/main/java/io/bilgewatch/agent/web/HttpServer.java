package io.bilgewatch.agent.web;

import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's HTTP/1.1 server: one event loop, and routes that render away from it. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private static final int READ_BYTES = 2048;

  /** More that wait for the one thread are hung up on. */
  private static final int MOST_HANDSHAKES = 64;

  private final Limits limits;
  private final EventLoopGroup loops;
  private final ChannelGroup served;
  private final ChannelGroup turnedAway;
  private final Routes routes;
  private final Renderer renderer;
  private final Guard guard;
  private final ExecutorService handshakes = handshakes();
  private final Channel listener;
  private final AtomicBoolean closing = new AtomicBoolean();

  private HttpServer(ListenAddress address, Routes routes, Limits limits, Guard guard)
      throws IOException {
    this.limits = limits;
    this.routes = routes;
    loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    EventLoop loop = loops.next();
    served = new DefaultChannelGroup("served", loop);
    turnedAway = new DefaultChannelGroup("turned-away", loop);
    renderer = new Renderer(limits);
    this.guard = guard;
    try {
      listener =
          listen(
              address,
              new Connections(
                  new Connections.Served(routes, renderer, guard, handshakes),
                  limits,
                  served,
                  turnedAway));
    } catch (IOException e) {
      release();
      throw e;
    }
  }

  /** Makes an answer as if somebody had asked for it, and throws it away. */
  public void rehearse(Request request) {
    routes.find(request.path()).ifPresent(mounted -> renderer.rehearse(mounted, request));
  }

  /**
   * Listens and serves until closed.
   *
   * @param guard closed with the server
   * @throws IOException where the address can't be listened on; the message names the remedy
   */
  public static HttpServer start(ListenAddress address, Routes routes, Limits limits, Guard guard)
      throws IOException {
    HttpServer server = new HttpServer(address, routes, limits, guard);
    LOG.info("listening on {}://{}", guard.isEncrypted() ? "https" : "http", server.listening());
    server.warning().ifPresent(LOG::warn);
    guard.onChange(() -> server.loops.next().execute(server::stopConnections));
    return server;
  }

  /** What is wrong with listening so; empty where nothing is. */
  Optional<String> warning() {
    if (address().getAddress().isLoopbackAddress() || (guard.isClosed() && guard.isEncrypted())) {
      return Optional.empty();
    }
    String open =
        guard.isClosed()
            ? "without TLS: passwords and what they protect can be read on the way"
            : "to everybody: whoever reaches it reads names, images and paths of containers";
    return Optional.of(
        "listening on %s %s; --web.config.file asks for TLS and passwords, and"
                .formatted(listening(), open)
            + " --web.listen-address=127.0.0.1:%d lets nobody else in"
                .formatted(address().getPort()));
  }

  /** One thread, which ends when nobody comes: what handshakes compute is not the loop's work. */
  private static ExecutorService handshakes() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_HANDSHAKES),
            Thread.ofPlatform().daemon().name("bilgewatch-handshakes").factory());
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /** Where it really listens, with the port that the kernel chose for port 0. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** As it would be configured. */
  private ListenAddress listening() {
    return new ListenAddress(address().getAddress().getHostAddress(), address().getPort());
  }

  /** Stops listening at once, lets running answers end, then closes what is left. */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      return;
    }
    listener.close().awaitUninterruptibly();
    // On the loop, after whatever it had accepted before.
    loops.next().submit(this::stopConnections).awaitUninterruptibly();
    served.newCloseFuture().awaitUninterruptibly(limits.stopTime().toMillis());
    served.close().awaitUninterruptibly();
    turnedAway.close().awaitUninterruptibly();
    release();
  }

  /** Bytes of answers that may still be taken; for tests. */
  int budgetLeft() {
    return renderer.budget().left();
  }

  /** Ends idle ones now and busy ones after their answer. */
  private void stopConnections() {
    for (Channel channel : served) {
      ChannelHandlerContext ctx = channel.pipeline().context(HttpConnection.class);
      if (ctx != null) {
        ((HttpConnection) ctx.handler()).stop(ctx);
      }
    }
  }

  private void release() {
    renderer.close();
    guard.close();
    handshakes.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Channel listen(ListenAddress address, Connections connections) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            // What is sent lies on the heap already, and requests are small: a pool would be idle.
            .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false, true))
            // Bounds how many pipelined requests can be waiting in a connection.
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(connections)
            .bind(address.toSocketAddress())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(remedy(address, bound.cause()), bound.cause());
    }
    return bound.channel();
  }

  private static String remedy(ListenAddress address, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof BindException && reason.contains("in use")) {
      return "%s is in use: end what listens there (ss -ltnp shows it), or choose another address"
              .formatted(address)
          + " with --web.listen-address";
    }
    if (cause instanceof UnresolvedAddressException) {
      return "%s: no such host; correct --web.listen-address".formatted(address);
    }
    return "can't listen on %s: %s; choose another address with --web.listen-address"
        .formatted(address, reason);
  }
}
