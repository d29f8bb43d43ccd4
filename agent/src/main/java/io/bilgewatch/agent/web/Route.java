package io.bilgewatch.agent.web;

/** Answers the requests for one path; never two at the same time. */
@FunctionalInterface
public interface Route {

  /**
   * @throws Exception to be answered with 500 and logged, once as long as it lasts
   */
  Response answer(Request request) throws Exception;
}
