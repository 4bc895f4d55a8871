import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the description of all routes: Swagger UI at `/docs`, the document itself at `/docs-json`. */
export function setUpDocs(app: INestApplication): void {
  const description = new DocumentBuilder()
    .setTitle('nestevents sample')
    .setDescription('To-dos, bank accounts, and the history of a git repository, all of them kept as events.')
    .setVersion('1')
    .addTag('todos')
    .addTag('accounts')
    .addTag('files')
    .addTag('projections')
    .addTag('health')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  // On Fastify the pages of Swagger UI would need one more package, @fastify/static.
  const ui = app.getHttpAdapter().getType() === 'express';
  SwaggerModule.setup('docs', app, document, { ui, customSiteTitle: 'nestevents sample' });
}
